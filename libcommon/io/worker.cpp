#include "libcommon/io/worker.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>
#include <utility>

#include "libcommon/io/system_error.h"

namespace flu::io {

Worker::Worker(boost::asio::io_context& loop) : signal_(loop) {}

Result<std::unique_ptr<Worker>> Worker::start(boost::asio::io_context& loop) {
  const int signal = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (signal < 0) return fail_system("eventfd", "for a thread", errno);
  std::unique_ptr<Worker> worker(new Worker(loop));
  worker->signal_.assign(signal);
  try {
    worker->thread_ = std::thread([raw = worker.get()] { raw->work(); });
  } catch (const std::system_error& error) {
    return fail_system("start", "a thread", error.code().value());
  }
  worker->wait_for_finished();
  return worker;
}

Worker::~Worker() {
  {
    const std::lock_guard guard(mutex_);
    is_stopping_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Worker::run(Task task, Task done) {
  {
    const std::lock_guard guard(mutex_);
    waiting_.emplace_back(std::move(task), std::move(done));
  }
  changed_.notify_one();
}

void Worker::work() {
  std::unique_lock guard(mutex_);
  while (true) {
    changed_.wait(guard, [this] { return is_stopping_ || !waiting_.empty(); });
    if (is_stopping_) return;
    auto [task, done] = std::move(waiting_.front());
    waiting_.pop_front();
    guard.unlock();
    task();
    task = nullptr;  // what it holds goes on this thread
    guard.lock();
    finished_.push_back(std::move(done));
    const std::uint64_t one = 1;
    // The counter of an eventfd cannot be full here.
    (void)!::write(signal_.native_handle(), &one, sizeof one);
  }
}

void Worker::wait_for_finished() {
  signal_.async_wait(boost::asio::posix::stream_descriptor::wait_read, [this](const auto& error) {
    if (error) return;
    std::uint64_t count = 0;
    (void)!::read(signal_.native_handle(), &count, sizeof count);
    std::deque<Task> finished;
    {
      const std::lock_guard guard(mutex_);
      finished.swap(finished_);
    }
    wait_for_finished();
    for (const Task& done : finished) done();
  });
}

}  // namespace flu::io
