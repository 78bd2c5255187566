// Tested by tests/e2e/serve/https-curl.sh
#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include "tools/serve/http/connection.h"
#include "tools/serve/http/server.h"
#include "tools/serve/limits.h"

// The parts of a connection that speak TLS.
namespace flu::serve {
namespace {

constexpr char kHandshakeRecord = 22;  // RFC 8446 5.1: ContentType

}  // namespace

void Connection::start_secure() {
  state_ = State::kHandshake;
  start();
  if (!is_closed()) set_deadline(kHandshakeTime);
}

void Connection::shake_hands() {
  if (!tls_ && !begin_tls()) return;
  using Step = io::TlsChannel::Step;
  switch (tls_->channel.handshake()) {
    case Step::kWantRead: is_readable_ = false; return wait_readable();
    case Step::kWantWrite: is_writable_ = false; return wait_writable();
    case Step::kFailed: server_->handshake_failed(*this, tls_->channel.failure()); return close();
    case Step::kDone: break;
  }
  server_->handshakes_.erase(tls_->place);
  ++server_->counters_.handshakes;
  state_ = State::kReading;
  set_deadline(kFirstRequestTime);
  read_requests();
}

// The first byte says what the client speaks: until then it costs no more than others.
bool Connection::begin_tls() {
  char first = 0;
  const ssize_t got = ::recv(socket_.get(), &first, sizeof first, MSG_PEEK | MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
    if (errno == EAGAIN) is_readable_ = false;
    wait_readable();
  } else if (got <= 0) {
    close();
  } else if (first != kHandshakeRecord) {
    state_ = State::kReading;
    has_unread_ = true;
    started_ = monotonic_now();
    fail_request(400, "Plain HTTP came to a port for HTTPS: the address begins with https://");
  } else {
    tls_ = server_->begin_handshake(*this, socket_.get());
    if (!tls_) close();
  }
  return tls_ != nullptr;
}

// As receive(). A client that changes its keys is answered first, when the socket takes that.
std::optional<std::string_view> Connection::receive_tls() {
  auto& input = server_->input_;
  const ssize_t got = tls_->channel.receive(input);
  if (got > 0) return std::string_view(input.data(), static_cast<std::size_t>(got));
  if (got == 0 || errno != EAGAIN) return "";
  is_readable_ = false;
  if (tls_->channel.wants_write()) {
    is_writable_ = false;
    wait_writable();
  }
  return std::nullopt;
}

void Connection::go_on_receiving() {
  is_readable_ = true;
  if (std::exchange(wants_read_, false)) on_readable();
}

ssize_t Connection::send_tls(std::span<const iovec> pieces) {
  const ssize_t sent = tls_->channel.send(pieces);
  if (sent < 0 && errno == EAGAIN) is_writable_ = false;
  return sent;
}

bool Connection::flush_tls() {
  const bool is_out = tls_->channel.flush();
  if (!is_out) is_writable_ = false;
  return is_out;
}

void Connection::end_tls() {
  if (state_ == State::kHandshake) server_->handshakes_.erase(tls_->place);
  tls_->channel.end();
}

}  // namespace flu::serve
