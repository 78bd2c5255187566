#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "libcommon/base/result.h"

namespace flu::io {

// A thread beside a loop for calls that may wait for a disk. Tasks run one after the other in their
// order; what each leaves to do is done in the loop.
class Worker {
 public:
  using Task = std::function<void()>;

  static Result<std::unique_ptr<Worker>> start(boost::asio::io_context& loop);
  // Waits for the task that runs; those behind it are dropped, and so is what is left to do.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // `task` runs on the thread; then `done` in the loop.
  void run(Task task, Task done);

 private:
  explicit Worker(boost::asio::io_context& loop);

  void work();
  void wait_for_finished();

  boost::asio::posix::stream_descriptor signal_;  // an eventfd: something is finished
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::pair<Task, Task>> waiting_;
  std::deque<Task> finished_;
  bool is_stopping_ = false;
  std::thread thread_;
};

}  // namespace flu::io
