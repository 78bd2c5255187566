#include "libcommon/io/worker.h"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace flu::io {
namespace {

TEST(Worker, TasksRunInOrderElsewhereAndWhatTheyLeaveInTheLoop) {
  boost::asio::io_context loop{1};
  auto worker = Worker::start(loop);
  ASSERT_TRUE(worker);
  std::vector<int> tasks;
  std::vector<int> done;
  const auto here = std::this_thread::get_id();
  for (int i = 0; i < 100; ++i) {
    (*worker)->run(
        [&, i] {
          EXPECT_NE(std::this_thread::get_id(), here);
          tasks.push_back(i);
        },
        [&, i] {
          EXPECT_EQ(std::this_thread::get_id(), here);
          done.push_back(i);
          if (i == 99) loop.stop();
        });
  }
  loop.run();
  EXPECT_EQ(tasks.size(), 100U);
  EXPECT_EQ(tasks, done);
}

TEST(Worker, ItsEndWaitsForTheTaskThatRunsAlone) {
  boost::asio::io_context loop{1};
  auto worker = Worker::start(loop);
  ASSERT_TRUE(worker);
  bool is_done = false;
  (*worker)->run([] {}, [&] { is_done = true; });
  worker->reset();
  EXPECT_FALSE(is_done);
}

}  // namespace
}  // namespace flu::io
