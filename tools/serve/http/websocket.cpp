#include "tools/serve/http/websocket.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "libcommon/wire/websocket/handshake.h"
#include "tools/serve/limits.h"

namespace flu::serve {
namespace {

constexpr std::size_t kReady = 16;  // messages taken from the talk at a time

WebSocket::SharedBytes share(Buffer bytes) {
  return std::make_shared<const Buffer>(std::move(bytes));
}

}  // namespace

WebSocket::WebSocket(std::unique_ptr<Talk> talk)
    : talk_(std::move(talk)), reader_(kMaxWebSocketMessage), heard_at_(monotonic_now()) {}

void WebSocket::refill() {
  for (SharedBytes* const first : {&pong_, &ping_}) {
    if (*first != nullptr) out_.push_back(std::exchange(*first, nullptr));
  }
  while (!is_closing_ && out_.size() < kReady) {
    SharedBytes message = talk_->next();
    if (message == nullptr) break;
    out_.push_back(std::move(message));
  }
  if (close_ != nullptr) out_.push_back(std::exchange(close_, nullptr));
}

std::size_t WebSocket::next_pieces(std::span<iovec> pieces) {
  if (is_dead_) return 0;
  refill();
  std::size_t count = 0;
  std::size_t offset = offset_;
  for (const SharedBytes& message : out_) {
    if (count == pieces.size()) break;
    pieces[count++] = {const_cast<std::uint8_t*>(message->data()) + offset,
                       message->size() - offset};
    offset = 0;
  }
  return count;
}

void WebSocket::sent(std::size_t bytes) {
  while (bytes > 0 && !out_.empty()) {
    const std::size_t now = std::min(bytes, out_.front()->size() - offset_);
    offset_ += now;
    bytes -= now;
    if (offset_ < out_.front()->size()) return;
    out_.pop_front();
    offset_ = 0;
  }
}

bool WebSocket::is_over() const {
  return is_dead_ || is_closing_ || talk_->is_over();
}

void WebSocket::receive(Bytes bytes) {
  heard_at_ = monotonic_now();
  has_pinged_ = false;
  while (!is_closing_) {
    const auto message = reader_.next(bytes);
    if (!message) {
      return close(wire::write_websocket_close(reader_.failure(), message.error().message));
    }
    if (!*message) return;
    hear(**message);
  }
}

void WebSocket::hear(const wire::WebSocketMessage& message) {
  using wire::WebSocketOpcode;
  switch (message.opcode) {
    case WebSocketOpcode::kText: return talk_->hear(as_text(message.payload));
    case WebSocketOpcode::kPing:
      pong_ = share(wire::write_websocket(WebSocketOpcode::kPong, message.payload));
      return;
    case WebSocketOpcode::kClose:  // the same code goes back
      return close(wire::write_websocket(
          WebSocketOpcode::kClose,
          Bytes(message.payload).first(std::min<std::size_t>(message.payload.size(), 2))));
    default: return;  // nobody here takes binary messages
  }
}

void WebSocket::close(Buffer frame) {
  is_closing_ = true;
  close_ = share(std::move(frame));
}

void WebSocket::check(MonotonicTime now) {
  if (now - heard_at_ < kWebSocketPing) return;
  if (has_pinged_) {
    is_dead_ = now - heard_at_ >= 2 * kWebSocketPing;
    return;
  }
  has_pinged_ = true;
  ping_ = share(wire::write_websocket(wire::WebSocketOpcode::kPing, {}));
}

bool WebSocket::finish() {
  if (!is_closing_ && !is_dead_) {
    close(wire::write_websocket_close(wire::WebSocketStatus::kNormal, "the server is replaced"));
  }
  return true;
}

Response websocket_answer(const Request& request) {
  Response response;
  if (!request.wants_websocket || request.method != Method::kGet || request.version < 11 ||
      request.has_body) {
    response = error_response(426, "This address is for a WebSocket.");
    response.extra = "Upgrade: websocket\r\nConnection: Upgrade\r\n";
  } else if (request.websocket_version != "13") {
    response = error_response(426, "Version 13 of the WebSocket protocol is spoken here.");
    response.extra = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n";
  } else if (!wire::is_websocket_key(request.websocket_key)) {
    response = error_response(400, "Sec-WebSocket-Key is 16 bytes in base64.");
  } else {
    response.status = 101;
    response.extra =
        fmt::format("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {}\r\n",
                    wire::websocket_accept(request.websocket_key));
  }
  return response;
}

}  // namespace flu::serve
