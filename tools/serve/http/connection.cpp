// Tested by tests/e2e/serve/limits.sh
#include "tools/serve/http/connection.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include <boost/asio/post.hpp>

#include "libcommon/base/coarse_clock.h"
#include "tools/serve/http/server.h"
#include "tools/serve/limits.h"

namespace flu::serve {
namespace {

namespace asio = boost::asio;

iovec piece(const void* data, std::size_t size) {
  return {const_cast<void*>(data), size};  // sendmsg only reads
}

}  // namespace

Connection::Connection(HttpServer& server, UniqueFd socket, asio::ip::address peer)
    : server_(&server),
      socket_(std::move(socket)),
      peer_(std::move(peer)),
      peer_text_(peer_.to_string()) {
  place_ = server_->connections_.insert(server_->connections_.end(), this);
}

Connection::~Connection() {
  if (server_ == nullptr) return;  // it went first
  server_->connections_.erase(place_);
  server_->left();
}

void Connection::start() {
  self_ = shared_from_this();
  set_deadline(kFirstRequestTime);
  wants_read_ = true;
  if (const auto watched = server_->poller_.watch(socket_.get(), *this); !watched) {
    server_->accept_errors_.add(watched.error().message, monotonic_now());
    close();
  }
}

void Connection::set_deadline(std::chrono::seconds from_now) {
  deadline_ = coarse_monotonic_now() + from_now;
}

void Connection::on_readable() {
  if (state_ == State::kHandshake) return shake_hands();
  if (state_ == State::kReading) {
    read_requests();
  } else if (state_ == State::kEndless && endless_->takes_input()) {
    hear_input();
  } else if (state_ == State::kEndless || state_ == State::kLingering) {
    drop_input();
  }
}

void Connection::on_writable() {
  if (state_ == State::kHandshake) return shake_hands();
  if (tls_ && tls_->channel.wants_write()) go_on_receiving();
  if (state_ == State::kEndless) return pump();
  if (state_ != State::kWriting) return;
  switch (write_answer()) {
    case Progress::kDone: return finish_answer();
    case Progress::kBlocked: set_deadline(kWriteStallTime); return wait_writable();
    case Progress::kFailed: return close();
  }
}

void Connection::read_requests() {
  const auto bytes = receive();
  if (!bytes) return wait_readable();
  if (bytes->empty()) return close();
  if (pending_.empty()) return process(*bytes);
  pending_ += *bytes;
  process(std::exchange(pending_, {}));
}

// A client that sends while it watches, or after an error.
void Connection::drop_input() {
  const auto bytes = receive();
  if (!bytes) return wait_readable();
  lingered_ += bytes->size();
  if (bytes->empty() || lingered_ > kMaxLingerBytes) return close();
  wait_readable();
}

void Connection::hear_input() {
  const auto bytes = receive();
  if (!bytes) return wait_readable();
  if (bytes->empty()) return close();
  hear(*bytes);
  if (state_ == State::kEndless) wait_readable();
}

void Connection::hear(std::string_view bytes) {
  endless_->receive(as_bytes(bytes));
  wake();
}

void Connection::process(std::string_view bytes) {
  is_processing_ = true;
  for (unsigned served = 0; state_ == State::kReading; ++served) {
    if (served == kMaxPipelined) {
      pending_ = bytes;
      asio::post(*server_->loop_, [self = shared_from_this()] {
        if (self->state_ == State::kReading) self->process(std::exchange(self->pending_, {}));
      });
      is_processing_ = false;
      return;
    }
    const bool was_idle = parser_.is_idle();
    std::size_t consumed = 0;
    const RequestParser::State state = parser_.feed(bytes, consumed);
    bytes.remove_prefix(consumed);
    if (was_idle && !parser_.is_idle() && server_->log_.is_wanted()) started_ = monotonic_now();
    if (state == RequestParser::State::kNeedMore) {
      if (was_idle && !parser_.is_idle()) set_deadline(kRequestTime);
      pending_ = bytes;
      wait_readable();
      break;
    }
    if (!begin_request(state)) continue;
    state_ = State::kHandling;
    deadline_ = kNever;
    ++server_->counters_.requests;
    server_->handler_->handle(shared_from_this());
  }
  // The answer goes on later; what came behind its request waits. Behind one without end nobody
  // listens.
  const bool is_deaf = state_ == State::kEndless && !endless_->takes_input();
  if (state_ != State::kReading && !is_deaf) pending_ = bytes;
  is_processing_ = false;
  if (state_ == State::kEndless && endless_->takes_input()) hear_first();
}

// True when the request is whole and for the handler.
bool Connection::begin_request(RequestParser::State state) {
  const Request& request = parser_.request();
  if (state == RequestParser::State::kFailed) {
    has_unread_ = true;
    fail_request(parser_.status(), parser_.reason());
    return false;
  }
  if (request.method == Method::kOther ||
      (request.method == Method::kPut && !may_be_put(request.target)) ||
      (request.method == Method::kPost && !request.keeps_body)) {
    has_unread_ = true;
    send(make_answer(request, method_refusal(request.target), server_->date(), false));
    return false;
  }
  if (request.version >= 11 && !request.has_host) {  // RFC 9112 3.2
    has_unread_ = true;
    fail_request(400, "A request of HTTP/1.1 names its host.");
    return false;
  }
  if (state == RequestParser::State::kBodyFollows) {
    set_deadline(kRequestTime);
    take_body();
    return false;
  }
  return true;
}

// A body follows: who may not send it is told so before it is read.
void Connection::take_body() {
  const Request& request = parser_.request();
  if (auto refusal =
          request.keeps_body ? server_->handler_->refuse_body(request, peer_) : std::nullopt) {
    has_unread_ = true;
    ++server_->counters_.requests;
    send(make_answer(request, std::move(*refusal), server_->date(), false));
  } else if (request.expects_continue) {
    constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    auto whole = piece(kContinue.data(), kContinue.size());
    if (send_pieces({&whole, 1}) < 0) close();
  }
}

void Connection::count_sent(std::size_t bytes) {
  server_->counters_.bytes += bytes;
  if (account_) account_->sent(bytes);
}

void Connection::count_answer() {
  ++server_->counters_.answers.at(std::min(answer_.status / 100, 5U));
}

void Connection::fail_request(unsigned status, std::string_view words) {
  send(make_answer(Request{}, error_response(status, words), server_->date(), false));
}

std::optional<std::string_view> Connection::shared_origin() const {
  return is_shared_ ? std::optional<std::string_view>(request().origin) : std::nullopt;
}

void Connection::respond(Response response) {
  if (state_ != State::kHandling) return;  // the client left meanwhile
  const bool is_keep_alive = request().is_keep_alive && !server_->is_leaving_;
  send(
      make_answer(request(), std::move(response), server_->date(), is_keep_alive, shared_origin()));
}

void Connection::send(Answer answer) {
  answer_ = std::move(answer);
  head_sent_ = 0;
  body_sent_ = 0;
  if (answer_.status >= 400) ++server_->counters_.errors;
  count_answer();
  if (account_) account_->answered(answer_.status);
  state_ = State::kWriting;
  deadline_ = kNever;  // until it stalls
  on_writable();
}

Connection::Progress Connection::write_answer() {
  const std::string& head = answer_.head;
  const Bytes body = answer_.body.bytes;
  while (head_sent_ < head.size() || body_sent_ < body.size()) {
    std::array<iovec, 2> pieces{piece(head.data() + head_sent_, head.size() - head_sent_),
                                piece(body.data() + body_sent_, body.size() - body_sent_)};
    const ssize_t sent = send_pieces(joined(pieces));
    if (sent < 0) return errno == EAGAIN ? Progress::kBlocked : Progress::kFailed;
    const auto bytes = static_cast<std::size_t>(sent);
    count_sent(bytes);
    const std::size_t of_head = std::min(bytes, head.size() - head_sent_);
    head_sent_ += of_head;
    body_sent_ += bytes - of_head;
  }
  if (tls_ && !flush_tls()) return Progress::kBlocked;
  return Progress::kDone;
}

void Connection::finish_answer() {
  log_answer();
  const bool is_keep_alive = answer_.is_keep_alive;
  answer_ = {};
  account_.reset();
  is_shared_ = false;
  parser_.reset();
  if (!is_keep_alive) {
    if (!has_unread_) return close();
    if (tls_) end_tls();
    state_ = State::kLingering;
    set_deadline(kLingerTime);
    ::shutdown(socket_.get(), SHUT_WR);
    return wait_readable();
  }
  state_ = State::kReading;
  set_deadline(kKeepAliveTime);
  if (is_processing_) return;  // process() goes on with what it has
  if (pending_.empty()) return wait_readable();
  process(std::exchange(pending_, {}));
}

void Connection::check_deadline(MonotonicTime now) {
  if (state_ == State::kEndless && endless_->takes_input()) {
    const auto self = shared_from_this();
    endless_->check(now);
    wake();
  }
  if (now < deadline_ || state_ == State::kClosed) return;
  const auto self = shared_from_this();
  if (state_ == State::kReading && !parser_.is_idle()) {
    has_unread_ = true;
    fail_request(408, "The request did not come to its end in time.");
    return;
  }
  close();
}

void Connection::stop() {
  const auto self = shared_from_this();
  if (state_ == State::kReading && parser_.is_idle()) return close();
  // The other side of a talk is told.
  if (state_ == State::kEndless && endless_->takes_input() && endless_->finish()) return wake();
  if (state_ == State::kEndless || state_ == State::kHandshake) close();
}

void Connection::cut() {
  const auto self = shared_from_this();
  if (state_ == State::kReading && parser_.is_idle()) return close();
  if (state_ == State::kEndless && !endless_->finish()) return close();
  wake();
}

void Connection::close() {
  if (state_ == State::kClosed) return;
  if (state_ == State::kEndless || state_ == State::kWriting) log_answer();
  if (tls_) end_tls();
  state_ = State::kClosed;
  tls_.reset();
  endless_.reset();
  account_.reset();
  answer_ = {};
  server_->poller_.forget(*this);
  socket_.reset();
  // Whoever called may still be in the middle of it.
  asio::post(*server_->loop_, [self = std::move(self_)] {});
}

void Connection::log_answer() {
  if (!server_->log_.is_wanted()) return;
  const auto took = monotonic_now() - started_;
  server_->log_.add({peer_text_, &parser_.request(), answer_.status,
                     state_ == State::kEndless ? endless_sent_ : body_sent_,
                     std::chrono::duration_cast<std::chrono::milliseconds>(took),
                     account_ ? account_->protocol() : std::string_view(),
                     account_ ? account_->session_id() : ""},
                    wall_now());
}

}  // namespace flu::serve
