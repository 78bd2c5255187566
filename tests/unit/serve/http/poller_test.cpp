#include "tools/serve/http/poller.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include <gtest/gtest.h>

#include "libcommon/base/unique_fd.h"

namespace flu::serve {
namespace {

struct Pair {
  Pair() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()), 0);
    ours.reset(ends[0]);
    theirs.reset(ends[1]);
  }
  UniqueFd ours;
  UniqueFd theirs;
};

class Recorder final : public Poller::Watcher {
 public:
  void on_ready(std::uint32_t events) override {
    seen.push_back(events);
    if (then) then();
  }
  std::vector<std::uint32_t> seen;
  std::function<void()> then;
};

class PollerTest : public testing::Test {
 protected:
  void run() {
    loop_.restart();
    loop_.poll();
  }
  boost::asio::io_context loop_{1};
  Poller poller_{loop_};
};

TEST_F(PollerTest, TellsOfWhatIsThereAndOfEachChange) {
  const Pair pair;
  Recorder recorder;
  ASSERT_EQ(::write(pair.theirs.get(), "a", 1), 1);
  ASSERT_TRUE(poller_.watch(pair.ours.get(), recorder));
  run();
  ASSERT_EQ(recorder.seen.size(), 1U);
  EXPECT_EQ(recorder.seen.back(), EPOLLIN | EPOLLOUT);
  run();
  EXPECT_EQ(recorder.seen.size(), 1U) << "what was told is not told again";
  ASSERT_EQ(::write(pair.theirs.get(), "b", 1), 1);
  run();
  EXPECT_EQ(recorder.seen.size(), 2U);
  ASSERT_EQ(::shutdown(pair.theirs.get(), SHUT_WR), 0);
  run();
  ASSERT_EQ(recorder.seen.size(), 3U);
  EXPECT_NE(recorder.seen.back() & EPOLLRDHUP, 0U);
}

TEST_F(PollerTest, WhoIsForgottenInItsBatchIsToldNothing) {
  std::array<Pair, 2> pairs;
  std::array<Recorder, 2> recorders;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const Recorder& other = recorders.at(1 - i);
    recorders.at(i).then = [this, &other] { poller_.forget(other); };
    ASSERT_TRUE(poller_.watch(pairs.at(i).ours.get(), recorders.at(i)));
  }
  run();
  EXPECT_EQ(recorders[0].seen.size() + recorders[1].seen.size(), 1U);
}

TEST_F(PollerTest, ARefusalOfTheKernelIsAnError) {
  Recorder recorder;
  EXPECT_FALSE(poller_.watch(-1, recorder));
}

TEST_F(PollerTest, ManySocketsTakeSeveralBatches) {
  constexpr std::size_t kMany = 300;
  std::vector<Pair> pairs(kMany);
  std::vector<Recorder> recorders(kMany);
  for (std::size_t i = 0; i < kMany; ++i) {
    ASSERT_TRUE(poller_.watch(pairs[i].ours.get(), recorders[i]));
  }
  run();
  for (const Recorder& recorder : recorders) EXPECT_EQ(recorder.seen.size(), 1U);
}

}  // namespace
}  // namespace flu::serve
