// Tested by tests/e2e/ingest/tstcp-socat.sh

#include "tools/ingest/connection.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include "libcommon/io/system_error.h"

namespace flu::ingest {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{64} << 10;
constexpr int kReadsInARow = 4;  // 256 KiB, then the rest of the loop has its turn
// While bytes come, the socket is looked into at this interval: waking up for each packet costs
// more than all else, and nobody sees 15 ms.
constexpr std::chrono::milliseconds kGather{15};
// Looks in a row that found nothing, until the kernel is asked to say when something comes.
constexpr unsigned kMaxEmptyLooks = 10;

}  // namespace

Connection::Connection(boost::asio::io_context& loop, Handlers handlers)
    : loop_(loop), handlers_(std::move(handlers)), connector_(loop), waiting_(loop), timer_(loop) {}

Connection::~Connection() {
  if (waiting_.is_open()) waiting_.release();  // fd_ owns it
}

void Connection::open(const HostPort& peer) {
  connector_.start(peer, kConnectTimeout, [this](Result<UniqueFd> connected) {
    if (!connected) return end(tl::unexpected<Error>(connected.error()));
    opened(std::move(*connected));
  });
}

void Connection::open_tls(const HostPort& peer, const std::string& ca) {
  auto started = TlsProcess::start(peer, ca);
  if (!started) return end_later(started.error());
  tls_.emplace(std::move(*started));
  open(tls_->take_socket());
}

void Connection::open(UniqueFd connected) {
  fd_ = std::move(connected);
  boost::asio::post(loop_, [this, alive = std::weak_ptr<bool>(alive_)] {
    if (!alive.expired()) opened(std::move(fd_));
  });
}

void Connection::end_later(const Error& error) {
  boost::asio::post(loop_, [this, error, alive = std::weak_ptr<bool>(alive_)] {
    if (!alive.expired()) end(tl::unexpected<Error>(error));
  });
}

void Connection::opened(UniqueFd fd) {
  fd_ = std::move(fd);
  buffer_.resize(kBufferBytes);
  wait_readable();
  const std::weak_ptr<bool> alive = alive_;
  if (handlers_.on_open) handlers_.on_open();
}

Result<> Connection::send(std::string_view text) {
  const ssize_t sent = ::send(fd_.get(), text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent == static_cast<ssize_t>(text.size())) return {};
  // A peer that is gone says why, or its end, when it is read from.
  if (sent < 0 && (errno == EPIPE || errno == ECONNRESET)) return {};
  if (sent < 0) return io::fail_system("send", "the request", errno);
  return fail(ErrorCode::kUnavailable,
              fmt::format("send the request: {} of {} bytes taken", sent, text.size()));
}

void Connection::pause(std::chrono::milliseconds time) {
  pause_ = time;
}

// The loop would wake up for each packet of a descriptor that it knows: it knows the socket only
// while nothing comes.
void Connection::wait_readable() {
  boost::system::error_code failed;
  waiting_.assign(fd_.get(), failed);
  if (failed) return end_later({ErrorCode::kUnavailable, "wait: " + failed.message()});
  waiting_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                      [this, alive = std::weak_ptr<bool>(alive_)](auto error) {
                        if (error || alive.expired()) return;
                        waiting_.release();
                        read();
                      });
}

void Connection::look_again(std::chrono::milliseconds pause) {
  timer_.expires_after(pause);
  timer_.async_wait([this, alive = std::weak_ptr<bool>(alive_)](auto failed) {
    if (!failed && !alive.expired()) read();
  });
}

void Connection::read() {
  const std::weak_ptr<bool> alive = alive_;
  bool is_more = false;
  for (int i = 0; i < kReadsInARow && pause_.count() == 0; ++i) {
    const ssize_t got = ::read(fd_.get(), buffer_.data(), buffer_.size());
    if (got == 0) return end({});
    if (got < 0 && errno != EAGAIN && errno != EINTR) {
      return end(io::fail_system("read", "from the peer", errno));
    }
    is_more = got == static_cast<ssize_t>(buffer_.size());
    if (got < 0) {
      if (i == 0 && ++empty_looks_ >= kMaxEmptyLooks) return wait_readable();
      break;
    }
    empty_looks_ = 0;
    handlers_.on_bytes(Bytes(buffer_).first(static_cast<std::size_t>(got)));
    if (alive.expired()) return;
    if (!is_more) break;
  }
  if (pause_.count() > 0) return look_again(std::exchange(pause_, {}));
  look_again(is_more ? std::chrono::milliseconds(0) : kGather);
}

void Connection::end(const Result<>& result) {
  const std::string reason = tls_ ? tls_->reason() : "";
  if (!reason.empty()) {
    handlers_.on_end(fail(ErrorCode::kUnavailable, reason));
  } else {
    handlers_.on_end(result);
  }
}

}  // namespace flu::ingest
