#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"

namespace flu::wire {

// The frames of a WebSocket as a server sees them (RFC 6455 5), without extensions.

enum class WebSocketOpcode : std::uint8_t {
  kContinuation = 0,
  kText = 1,
  kBinary = 2,
  kClose = 8,
  kPing = 9,
  kPong = 10,
};

// RFC 6455 7.4.1.
enum class WebSocketStatus : std::uint16_t {
  kNormal = 1000,
  kGoingAway = 1001,
  kProtocolError = 1002,
  kNoStatus = 1005,  // never on the wire: a close frame without a code
  kBadText = 1007,
  kPolicy = 1008,
  kTooBig = 1009,
};

// The head of a whole message, not masked; `size` bytes follow it.
void write_websocket_head(WebSocketOpcode opcode, std::uint64_t size, Buffer& out);
std::size_t websocket_head_size(std::uint64_t size);

// A whole message or control frame.
Buffer write_websocket(WebSocketOpcode opcode, Bytes payload);
// `reason`: UTF-8, at most 123 bytes.
Buffer write_websocket_close(WebSocketStatus status, std::string_view reason);

// A message put together from its fragments, or a control frame.
struct WebSocketMessage {
  WebSocketOpcode opcode = WebSocketOpcode::kText;
  Buffer payload;  // unmasked; of kText valid UTF-8
};

// What a close frame says; kNoStatus where it says nothing.
WebSocketStatus websocket_close_status(const WebSocketMessage& close);

// Reads what a client sends: every frame masked. Keeps no more than one message of `max_message`
// bytes and one frame's head.
class WebSocketReader {
 public:
  explicit WebSocketReader(std::size_t max_message) : max_message_(max_message) {}

  // Takes from the front of `bytes`. nullopt: all of it was taken, and more is needed. After an
  // error nothing more can be read: failure() is what to close with.
  Result<std::optional<WebSocketMessage>> next(Bytes& bytes);

  [[nodiscard]] WebSocketStatus failure() const { return failure_; }

 private:
  struct Frame {
    WebSocketOpcode opcode = WebSocketOpcode::kContinuation;
    bool is_last = false;
    std::uint64_t left = 0;  // of its payload
    std::uint32_t mask = 0;
    std::size_t offset = 0;  // in the mask
  };

  Result<bool> read_head(Bytes& bytes);
  Result<Frame> parse_head() const;
  Result<void> check(const Frame& frame);
  Result<WebSocketMessage> finish();
  tl::unexpected<Error> refuse(WebSocketStatus status, std::string_view words);

  std::size_t max_message_;
  Buffer head_;
  std::optional<Frame> frame_;  // its head is there
  Buffer control_;              // payload of a control frame, which may come between fragments
  Buffer message_;
  std::optional<WebSocketOpcode> message_opcode_;  // of a message that is not complete
  WebSocketStatus failure_ = WebSocketStatus::kNormal;
};

}  // namespace flu::wire
