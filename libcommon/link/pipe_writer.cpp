#include "libcommon/link/pipe_writer.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <deque>
#include <optional>
#include <utility>

#include <boost/asio/posix/stream_descriptor.hpp>

#include "libcommon/io/system_error.h"
#include "libcommon/link/limits.h"
#include "libcommon/link/write_end.h"

namespace flu::link {
namespace {

constexpr std::size_t kPartsAWrite = 256;

iovec make_part(Bytes bytes) {
  // writev takes parts that it could change, and does not.
  return {const_cast<std::uint8_t*>(bytes.data()), bytes.size()};
}

}  // namespace

// Asio would set O_NONBLOCK on a descriptor that it waits for; it is given an epoll descriptor of
// ours instead, which holds the real one.
class PipeWriter::Impl : public std::enable_shared_from_this<PipeWriter::Impl> {
 public:
  Impl(boost::asio::io_context& loop, UniqueFd fd, WriteMode mode, std::string name)
      : mode_(mode), end_(std::move(fd), std::move(name)), watch_(loop) {}

  PipeWriterCounters counters;
  std::function<void()> drained_handler;
  std::function<void(const Error&)> closed_handler;

  void start() {
    if (end_.is_file()) return;
    if (mode_ == WriteMode::kBackPressure) end_.widen(kPipeBytes);
    const int set = ::epoll_create1(EPOLL_CLOEXEC);
    if (set < 0) {
      error_ = io::system_error("epoll_create1", "pipe writer", errno);
      return;
    }
    watch_.assign(set);
    epoll_event wanted{};
    wanted.events = 0;  // errors and hang-ups come unasked
    if (::epoll_ctl(set, EPOLL_CTL_ADD, end_.fd(), &wanted) != 0) {
      error_ = io::system_error("epoll_ctl", "pipe writer", errno);
      return;
    }
    wait();
  }

  void stop() {
    boost::system::error_code ignored;
    watch_.close(ignored);
    drained_handler = nullptr;
    closed_handler = nullptr;
  }

  bool has_room() {
    if (mode_ == WriteMode::kBackPressure) return true;
    if (queue_.empty()) {
      is_congested_ = false;
      return true;
    }
    const auto age = monotonic_now() - queue_.front().since;
    if (is_congested_) {
      is_congested_ = counters.queued > kLiveQueueBytes / 2 || age > kLiveQueueAge / 2;
    } else {
      is_congested_ = counters.queued >= kLiveQueueBytes || age >= kLiveQueueAge;
    }
    return !is_congested_;
  }

  Result<> append(Buffer header, Buffer payload) {
    if (error_) return tl::unexpected<Error>(*error_);
    gathered_ += header.size() + payload.size();
    const MonotonicTime now = monotonic_now();
    enqueue(std::move(header), now);
    enqueue(std::move(payload), now);
    return gathered_ < kGatherBytes ? Result<>{} : flush();
  }

  // What the descriptor did not take before is left to the loop: a full one is not asked again.
  Result<> flush() {
    if (error_) return tl::unexpected<Error>(*error_);
    gathered_ = 0;
    if (end_.is_file()) return write_file();
    if (!queue_.empty() && !is_armed_) FLU_TRY(write_queue());
    if (mode_ == WriteMode::kBackPressure && counters.queued > kPressureWaitBytes) {
      return wait_below(kPressureQueueBytes);
    }
    if (!queue_.empty()) arm(true);
    return {};
  }

  [[nodiscard]] bool is_full() const { return counters.queued >= kPressureQueueBytes; }

  bool drain(std::chrono::milliseconds timeout) {
    const MonotonicTime until = monotonic_now() + timeout;
    while (!queue_.empty() && !error_) {
      if (!write_queue()) break;
      if (queue_.empty()) break;
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - monotonic_now());
      if (left.count() <= 0) break;
      end_.wait(static_cast<int>(left.count()));
    }
    return queue_.empty();
  }

 private:
  struct Chunk {
    Buffer bytes;
    std::size_t done = 0;
    MonotonicTime since;
  };

  void enqueue(Buffer bytes, MonotonicTime now) {
    if (bytes.empty()) return;
    counters.queued += bytes.size();
    counters.peak_queued = std::max(counters.peak_queued, counters.queued);
    was_full_ = was_full_ || is_full();
    queue_.push_back({std::move(bytes), 0, now});
  }

  // One write of what the queue holds; the error is kept, too.
  Result<> write_queue() {
    std::array<iovec, kPartsAWrite> parts;
    std::size_t used = 0;
    for (const Chunk& chunk : queue_) {
      if (used == parts.size()) break;
      parts[used++] = make_part(Bytes(chunk.bytes).subspan(chunk.done));
    }
    auto count = end_.write({parts.data(), used});
    if (!count) return set_error(std::move(count).error());
    counters.bytes += *count;
    counters.queued -= *count;
    std::size_t left = *count;
    while (left > 0) {
      Chunk& chunk = queue_.front();
      const std::size_t taken = std::min(left, chunk.bytes.size() - chunk.done);
      chunk.done += taken;
      left -= taken;
      if (chunk.done == chunk.bytes.size()) queue_.pop_front();
    }
    return {};
  }

  Result<> write_file() {
    while (!queue_.empty()) {
      FLU_TRY(write_queue());
    }
    return {};
  }

  Result<> wait_below(std::size_t bytes) {
    while (counters.queued > bytes) {
      end_.wait(-1);
      FLU_TRY(write_queue());
    }
    if (!queue_.empty()) arm(true);
    return {};
  }

  Result<> set_error(Error error) {
    error_ = std::move(error);
    queue_.clear();
    counters.queued = 0;
    return tl::unexpected<Error>(*error_);
  }

  void arm(bool for_writing) {
    if (for_writing == is_armed_) return;
    epoll_event wanted{};
    wanted.events = for_writing ? std::uint32_t{EPOLLOUT} : 0U;
    ::epoll_ctl(watch_.native_handle(), EPOLL_CTL_MOD, end_.fd(), &wanted);
    is_armed_ = for_writing;
  }

  void wait() {
    watch_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                      [self = shared_from_this()](const boost::system::error_code& failure) {
                        if (!failure) self->on_ready();
                      });
  }

  void on_ready() {
    epoll_event event{};
    const int count = ::epoll_wait(watch_.native_handle(), &event, 1, 0);
    if (count > 0 && (event.events & (EPOLLERR | EPOLLHUP)) != 0 && !error_) {
      error_ = end_.reader_gone();
    }
    if (!error_ && !queue_.empty()) static_cast<void>(write_queue());
    if (error_) {
      boost::system::error_code ignored;
      watch_.close(ignored);
      if (closed_handler) std::exchange(closed_handler, nullptr)(*error_);
      return;
    }
    if (queue_.empty()) arm(false);
    const bool has_drained = was_full_ && counters.queued <= kPressureQueueBytes / 2;
    if (has_drained) was_full_ = false;
    wait();
    if (has_drained && drained_handler) drained_handler();
  }

  WriteMode mode_;
  WriteEnd end_;
  boost::asio::posix::stream_descriptor watch_;
  bool is_armed_ = false;
  std::deque<Chunk> queue_;
  std::size_t gathered_ = 0;  // since the last flush()
  bool is_congested_ = false;
  bool was_full_ = false;  // since the drained handler was called last
  std::optional<Error> error_;
};

PipeWriter::PipeWriter(boost::asio::io_context& loop, UniqueFd fd, WriteMode mode, std::string name)
    : impl_(std::make_shared<Impl>(loop, std::move(fd), mode, std::move(name))) {
  impl_->start();
}

PipeWriter::~PipeWriter() {
  impl_->stop();
}

std::unique_ptr<PipeWriter> PipeWriter::standard_output(boost::asio::io_context& loop,
                                                        WriteMode mode) {
  return std::make_unique<PipeWriter>(loop, UniqueFd(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)),
                                      mode, "standard output");
}

bool PipeWriter::has_room() {
  return impl_->has_room();
}

Result<> PipeWriter::append(Buffer header, Buffer payload) {
  return impl_->append(std::move(header), std::move(payload));
}

Result<> PipeWriter::flush() {
  return impl_->flush();
}

bool PipeWriter::is_full() const {
  return impl_->is_full();
}

void PipeWriter::on_drained(std::function<void()> handler) {
  impl_->drained_handler = std::move(handler);
}

void PipeWriter::on_closed(std::function<void(const Error&)> handler) {
  impl_->closed_handler = std::move(handler);
}

bool PipeWriter::drain(std::chrono::milliseconds timeout) {
  return impl_->drain(timeout);
}

PipeWriterCounters PipeWriter::counters() const {
  return impl_->counters;
}

}  // namespace flu::link
