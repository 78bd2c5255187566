// Tested by tests/e2e/ingest/demux-sources.sh
#include "tools/ingest/child_errors.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "libcommon/base/log.h"
#include "libcommon/base/text.h"

namespace flu::ingest {
namespace {

constexpr std::size_t kMaxLine = 2048;

}  // namespace

ChildErrors::ChildErrors(boost::asio::io_context& loop, UniqueFd fd, std::string program)
    : input_(loop), prefix_(std::move(program) + ": ") {
  boost::system::error_code failed;
  input_.assign(fd.get(), failed);
  if (!failed) (void)fd.release();
  wait();
}

void ChildErrors::wait() {
  if (!input_.is_open()) return;
  input_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                    [this, alive = std::weak_ptr<bool>(alive_)](auto failed) {
                      if (failed || alive.expired()) return;
                      if (read() != Got::kEnd) wait();
                    });
}

ChildErrors::Got ChildErrors::read() {
  std::array<char, 4096> part{};
  const ssize_t got = ::read(input_.native_handle(), part.data(), part.size());
  if (got < 0) return errno == EINTR || errno == EAGAIN ? Got::kNothing : Got::kEnd;
  if (got == 0) return Got::kEnd;
  for (const char c : std::string_view(part.data(), static_cast<std::size_t>(got))) {
    if (c == '\n') {
      take_line(std::exchange(open_, {}));
    } else if (open_.size() < kMaxLine) {
      open_ += c;
    }
  }
  return Got::kSome;
}

void ChildErrors::take_line(std::string line) {
  flush();
  if (line.starts_with(prefix_)) line.erase(0, prefix_.size());
  last_ = printable(line);
}

void ChildErrors::flush() {
  if (last_.empty()) return;
  log_alert("{}", std::exchange(last_, {}));
}

std::string ChildErrors::finish() {
  if (input_.is_open()) {
    // It has ended: what the pipe holds is all.
    while (read() == Got::kSome) {
    }
    boost::system::error_code ignored;
    input_.close(ignored);
  }
  if (!open_.empty()) take_line(std::exchange(open_, {}));
  return std::exchange(last_, {});
}

}  // namespace flu::ingest
