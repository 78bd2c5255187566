#include "libcommon/io/tcp_connector.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include "libcommon/io/system_error.h"

namespace flu::io {
namespace {

using Clock = std::chrono::steady_clock;

// Quicker than the two hours of the system: a camera that lost its power says nothing any more.
constexpr int kKeepaliveIdle = 30;
constexpr int kKeepaliveInterval = 10;
constexpr int kKeepaliveProbes = 3;

// Each works as well without.
void tune(int fd) {
  const auto set = [fd](int level, int name, int value) {
    (void)::setsockopt(fd, level, name, &value, sizeof value);
  };
  set(IPPROTO_TCP, TCP_NODELAY, 1);
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
  set(IPPROTO_TCP, TCP_KEEPIDLE, kKeepaliveIdle);
  set(IPPROTO_TCP, TCP_KEEPINTVL, kKeepaliveInterval);
  set(IPPROTO_TCP, TCP_KEEPCNT, kKeepaliveProbes);
}

}  // namespace

TcpConnector::TcpConnector(boost::asio::io_context& loop)
    : loop_(loop), lookup_(loop), waiting_(loop), timer_(loop) {}

void TcpConnector::start(const HostPort& peer, std::chrono::milliseconds timeout, Handler done) {
  peer_ = peer;
  done_ = std::move(done);
  deadline_ = Clock::now() + timeout;
  timer_.expires_at(deadline_);
  timer_.async_wait([this, alive = std::weak_ptr<bool>(alive_)](auto failed) {
    if (failed || alive.expired() || attempt_ != 0 || !done_) return;
    finish(fail(ErrorCode::kUnavailable,
                fmt::format("look up {}: no answer of the name server", peer_.host)));
  });
  const auto started = lookup_.start(
      peer, [this](Result<std::vector<SocketAddress>> found) { on_addresses(std::move(found)); });
  if (started) return;
  boost::asio::post(loop_, [this, started, alive = std::weak_ptr<bool>(alive_)] {
    if (!alive.expired()) finish(tl::unexpected<Error>(started.error()));
  });
}

void TcpConnector::on_addresses(Result<std::vector<SocketAddress>> found) {
  if (!done_) return;
  if (!found) return finish(tl::unexpected<Error>(found.error()));
  addresses_ = std::move(*found);
  next_ = 0;
  try_next();
}

void TcpConnector::try_next() {
  while (next_ < addresses_.size()) {
    const std::size_t left = addresses_.size() - next_;
    const SocketAddress& address = addresses_[next_++];
    ++attempt_;
    if (const auto begun = begin(address); !begun) {
      last_error_ = begun.error();
      continue;
    }
    timer_.expires_after((deadline_ - Clock::now()) / static_cast<int>(left));
    timer_.async_wait([this, number = attempt_, alive = std::weak_ptr<bool>(alive_)](auto failed) {
      if (!failed && !alive.expired() && number == attempt_ && done_) on_timeout();
    });
    return;
  }
  finish(tl::unexpected<Error>(last_error_));
}

Result<> TcpConnector::begin(const SocketAddress& address) {
  UniqueFd fd(
      ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP));
  if (!fd) return fail_system("connect", address.to_text(), errno);
  tune(fd.get());
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address.storage), address.size) != 0 &&
      errno != EINPROGRESS) {
    return fail_system("connect", address.to_text(), errno);
  }
  boost::system::error_code failed;
  waiting_.assign(fd.get(), failed);
  if (failed) return fail(ErrorCode::kUnavailable, "connect: " + failed.message());
  (void)fd.release();
  waiting_.async_wait(boost::asio::posix::stream_descriptor::wait_write,
                      [this, number = attempt_, alive = std::weak_ptr<bool>(alive_)](auto error) {
                        if (!error && !alive.expired() && number == attempt_) on_writable();
                      });
  return {};
}

void TcpConnector::on_writable() {
  int error_number = 0;
  socklen_t size = sizeof error_number;
  ::getsockopt(waiting_.native_handle(), SOL_SOCKET, SO_ERROR, &error_number, &size);
  const std::string address = addresses_[next_ - 1].to_text();
  if (error_number != 0) return failed_here(system_error("connect", address, error_number));
  finish(UniqueFd(waiting_.release()));
}

void TcpConnector::on_timeout() {
  failed_here({ErrorCode::kUnavailable,
               fmt::format("connect {}: no answer", addresses_[next_ - 1].to_text())});
}

void TcpConnector::failed_here(const Error& error) {
  last_error_ = error;
  waiting_.close();
  try_next();
}

void TcpConnector::finish(Result<UniqueFd> result) {
  timer_.cancel();
  const Handler done = std::exchange(done_, nullptr);
  // May destroy this.
  done(std::move(result));
}

}  // namespace flu::io
