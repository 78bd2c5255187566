// Tested by tests/e2e/serve/limits.sh
#include "tools/serve/http/server.h"

#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <utility>

#include <boost/asio/ip/tcp.hpp>
#include <fmt/format.h>

#include "libcommon/base/coarse_clock.h"
#include "libcommon/io/system_error.h"
#include "libcommon/wire/http/date.h"
#include "tools/serve/limits.h"

namespace flu::serve {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr unsigned kMaxAccepts = 64;  // in a row, before clients that are here have their turn

constexpr std::string_view kFull =
    "HTTP/1.1 503 Service Unavailable\r\nServer: flu\r\nContent-Type: text/plain; charset=utf-8\r\n"
    "Content-Length: 38\r\nRetry-After: 5\r\nConnection: close\r\n\r\n"
    "503 Service Unavailable\nToo many here\n";

}  // namespace

HttpServer::HttpServer(asio::io_context& loop, Handler& handler, AccessLog log,
                       Certificates& certificates, std::size_t max_connections)
    : loop_(&loop),
      handler_(&handler),
      log_(std::move(log)),
      max_connections_(max_connections),
      timer_(loop),
      poller_(loop),
      certificates_(&certificates) {
  wait_for_sweep();
}

HttpServer::~HttpServer() {
  for (auto place = connections_.begin(); place != connections_.end();) {
    Connection* const connection = *place++;
    connection->close();
    connection->server_ = nullptr;  // what the loop still holds of it goes later
  }
}

void HttpServer::listen(UniqueFd listener, bool is_secure) {
  listeners_.push_back({asio::posix::stream_descriptor(*loop_, listener.release()), is_secure});
  wait_for_client(listeners_.size() - 1);
}

void HttpServer::stop(std::function<void()> stopped) {
  is_leaving_ = true;
  stopped_ = std::move(stopped);
  listeners_.clear();
  for (auto place = connections_.begin(); place != connections_.end();) {
    Connection* const connection = *place++;
    connection->stop();
  }
  if (connections_.empty()) asio::post(*loop_, [this] { stopped_(); });
}

// Others accept from the same sockets, but for addresses that are listened on no more: whoever
// waits there is still answered.
void HttpServer::drain(std::function<void()> left) {
  if (is_leaving_) return;
  for (std::size_t i = 0; i < listeners_.size(); ++i) {
    boost::system::error_code ec;
    listeners_[i].socket.cancel(ec);
    accept_clients(i);
  }
  is_leaving_ = true;
  stopped_ = std::move(left);
  listeners_.clear();
  if (connections_.empty()) asio::post(*loop_, [this] { stopped_(); });
}

void HttpServer::cut() {
  for (auto place = connections_.begin(); place != connections_.end();) {
    Connection* const connection = *place++;
    connection->cut();
  }
}

void HttpServer::wait_for_client(std::size_t listener) {
  listeners_[listener].socket.async_wait(asio::posix::stream_descriptor::wait_read,
                                         [this, listener](const boost::system::error_code& ec) {
                                           if (!ec && !is_leaving_) accept_clients(listener);
                                         });
}

void HttpServer::accept_clients(std::size_t listener) {
  for (unsigned i = 0; i < kMaxAccepts; ++i) {
    tcp::endpoint peer;
    auto size = static_cast<socklen_t>(peer.capacity());
    UniqueFd socket(::accept4(listeners_[listener].socket.native_handle(), peer.data(), &size,
                              SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket) {
      if (errno == EAGAIN) break;
      if (errno == EINTR || errno == ECONNABORTED) continue;
      // Out of descriptors or memory: the client stays in the queue until the next sweep, since
      // waiting for the socket would only say again that it is there.
      accept_errors_.add(io::system_error("accept", "client", errno).message, monotonic_now());
      return;
    }
    peer.resize(size);
    admit(std::move(socket), peer.address(), listeners_[listener].is_secure);
  }
  wait_for_client(listener);
}

void HttpServer::admit(UniqueFd fd, asio::ip::address peer, bool is_secure) {
  ++counters_.connections;
  if (connections_.size() >= max_connections_) {
    ++counters_.refused;
    if (is_secure) return;
    // One try: it fits into an empty socket, and who is refused is not waited for.
    [[maybe_unused]] const auto sent =
        ::send(fd.get(), kFull.data(), kFull.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    return;
  }
  if (peer.is_v6() && peer.to_v6().is_v4_mapped()) {
    peer = asio::ip::make_address_v4(asio::ip::v4_mapped, peer.to_v6());
  }
  const auto client = std::make_shared<Connection>(*this, std::move(fd), std::move(peer));
  if (is_secure) {
    client->start_secure();
  } else {
    client->start();
  }
}

// Null: there is no certificate. A handshake costs memory and is over in a moment: of too many, the
// oldest is no client.
std::unique_ptr<TlsLink> HttpServer::begin_handshake(Connection& connection, int socket) {
  certificates_->refresh(monotonic_now());
  if (certificates_->identities().empty()) {
    handshake_failed(connection, certificates_->trouble());
    return nullptr;
  }
  if (handshakes_.size() >= kMaxHandshakes) {
    const auto oldest = handshakes_.front()->shared_from_this();
    handshake_failed(*oldest, "too many handshakes");
    oldest->close();
  }
  auto link = std::make_unique<TlsLink>(certificates_->identities(), socket);
  link->place = handshakes_.insert(handshakes_.end(), &connection);
  return link;
}

void HttpServer::handshake_failed(const Connection& connection, std::string_view why) {
  ++counters_.failed_handshakes;
  handshake_errors_.add(fmt::format("https: {}: {}", connection.peer().to_string(), why),
                        monotonic_now());
}

void HttpServer::wait_for_sweep() {
  timer_.expires_after(std::chrono::seconds(1));
  timer_.async_wait([this](const boost::system::error_code& ec) {
    if (ec) return;
    sweep();
    wait_for_sweep();
  });
}

void HttpServer::sweep() {
  log_.flush();
  const MonotonicTime now = monotonic_now();
  for (auto place = connections_.begin(); place != connections_.end();) {
    Connection* const connection = *place++;
    connection->check_deadline(now);
  }
  // Those that stopped for want of descriptors; on the others this finds nothing.
  for (std::size_t i = 0; i < listeners_.size(); ++i) {
    boost::system::error_code ec;
    listeners_[i].socket.cancel(ec);
    accept_clients(i);
  }
}

void HttpServer::left() {
  if (is_leaving_ && connections_.empty()) asio::post(*loop_, [this] { stopped_(); });
}

std::string_view HttpServer::date() {
  const MonotonicTime now = coarse_monotonic_now();
  if (now >= date_until_) {
    const WallTime wall = wall_now();
    const auto next = std::chrono::floor<std::chrono::seconds>(wall) + std::chrono::seconds(1);
    date_until_ = now + (next - wall);
    date_ = wire::write_http_date(wall);
  }
  return date_;
}

}  // namespace flu::serve
