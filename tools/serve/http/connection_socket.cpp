// Tested by tests/e2e/serve/limits.sh
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>

#include "tools/serve/http/connection.h"
#include "tools/serve/http/server.h"

// A connection and its socket: when it is ready, what it takes and gives.
namespace flu::serve {

namespace asio = boost::asio;

asio::ip::address Connection::local() const {
  asio::ip::tcp::endpoint endpoint;
  auto size = static_cast<socklen_t>(endpoint.capacity());
  if (::getsockname(socket_.get(), endpoint.data(), &size) != 0) return {};
  endpoint.resize(size);
  asio::ip::address address = endpoint.address();
  if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address;
  return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
}

void Connection::on_ready(std::uint32_t events) {
  const auto self = shared_from_this();
  constexpr std::uint32_t kEnd = EPOLLRDHUP | EPOLLHUP | EPOLLERR;
  if ((events & kEnd) != 0) has_hung_up_ = true;
  if ((events & (EPOLLIN | kEnd)) != 0) is_readable_ = true;
  if ((events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0) is_writable_ = true;
  if (is_readable_ && std::exchange(wants_read_, false)) on_readable();
  if (is_writable_ && !is_closed() && std::exchange(wants_write_, false)) on_writable();
}

// No edge will tell of what is there already.
void Connection::look_again() {
  asio::post(*server_->loop_, [self = shared_from_this()] {
    if (!self->is_closed()) self->on_ready(0);
  });
}

void Connection::wait_readable() {
  if (is_closed() || std::exchange(wants_read_, true)) return;
  if (is_readable_) look_again();
}

void Connection::wait_writable() {
  if (is_closed() || std::exchange(wants_write_, true)) return;
  if (is_writable_) look_again();
}

// What is there now; "": the client closed, nullopt: nothing yet. Used up before the next call.
std::optional<std::string_view> Connection::receive() {
  if (tls_) return receive_tls();
  auto& input = server_->input_;
  ssize_t got = 0;
  do {
    got = ::recv(socket_.get(), input.data(), input.size(), MSG_DONTWAIT);
  } while (got < 0 && errno == EINTR);
  if (got < 0 && errno != EAGAIN) return "";
  const auto size = static_cast<std::size_t>(std::max<ssize_t>(got, 0));
  // Less than there is room for: that was all, and what comes later makes an edge.
  if (got < 0 || (size < input.size() && !has_hung_up_)) is_readable_ = false;
  if (got < 0) return std::nullopt;
  return std::string_view(input.data(), size);
}

// Small pieces are one: the kernel takes that in less time, and TLS in one record.
std::span<iovec> Connection::joined(std::span<iovec, 2> pieces) {
  auto& output = server_->output_;
  if (pieces[1].iov_len == 0) return pieces.first(1);
  if (pieces[0].iov_len + pieces[1].iov_len > output.size()) return pieces;
  char* end = output.data();
  for (const iovec& part : pieces) {
    end = std::copy_n(static_cast<const char*>(part.iov_base), part.iov_len, end);
  }
  pieces[0] = {output.data(), static_cast<std::size_t>(end - output.data())};
  return pieces.first(1);
}

ssize_t Connection::send_pieces(std::span<iovec> pieces) {
  if (tls_) return send_tls(pieces);
  constexpr int kFlags = MSG_NOSIGNAL | MSG_DONTWAIT;
  msghdr message{};
  message.msg_iov = pieces.data();
  message.msg_iovlen = pieces.size();
  ssize_t sent = 0;
  do {
    sent = pieces.size() == 1 ? ::send(socket_.get(), pieces[0].iov_base, pieces[0].iov_len, kFlags)
                              : ::sendmsg(socket_.get(), &message, kFlags);
  } while (sent < 0 && errno == EINTR);
  if (sent < 0 && errno == EAGAIN) is_writable_ = false;
  return sent;
}

}  // namespace flu::serve
