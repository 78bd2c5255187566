#include "libcommon/wire/websocket/frames.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "libcommon/base/byte_reader.h"
#include "libcommon/base/byte_writer.h"

namespace flu::wire {
namespace {

constexpr std::size_t kMaxControl = 125;  // RFC 6455 5.5

bool is_control(WebSocketOpcode opcode) {
  return (static_cast<unsigned>(opcode) & 8U) != 0;
}

bool is_known(unsigned opcode) {
  return opcode <= 2 || (opcode >= 8 && opcode <= 10);
}

// The bytes of the character that `rest` begins with, 0 where it is none (RFC 3629).
std::size_t character_size(Bytes rest) {
  const std::uint8_t first = rest[0];
  if (first < 0x80) return 1;
  const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || rest.size() < size) return 0;
  for (const std::uint8_t next : rest.subspan(1, size - 1)) {
    if ((next & 0xc0U) != 0x80) return 0;
  }
  const std::uint8_t second = rest[1];
  const bool is_overlong = (first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90);
  const bool is_beyond = (first == 0xed && second > 0x9f) || (first == 0xf4 && second > 0x8f);
  return is_overlong || is_beyond ? 0 : size;
}

bool is_utf8(Bytes text) {
  while (!text.empty()) {
    const std::size_t size = character_size(text);
    if (size == 0) return false;
    text = text.subspan(size);
  }
  return true;
}

// Of those that may be sent (RFC 6455 7.4).
bool is_close_code(unsigned code) {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
         (code >= 3000 && code <= 4999);
}

}  // namespace

void write_websocket_head(WebSocketOpcode opcode, std::uint64_t size, Buffer& out) {
  ByteWriter writer(out);
  writer.u8(static_cast<std::uint8_t>(0x80U | static_cast<unsigned>(opcode)));
  if (size < 126) {
    writer.u8(static_cast<std::uint8_t>(size));
  } else if (size <= 0xffff) {
    writer.u8(126);
    writer.u16(static_cast<std::uint16_t>(size));
  } else {
    writer.u8(127);
    writer.u64(size);
  }
}

std::size_t websocket_head_size(std::uint64_t size) {
  return size < 126 ? 2 : size <= 0xffff ? 4 : 10;
}

Buffer write_websocket(WebSocketOpcode opcode, Bytes payload) {
  Buffer out;
  out.reserve(websocket_head_size(payload.size()) + payload.size());
  write_websocket_head(opcode, payload.size(), out);
  append(out, payload);
  return out;
}

Buffer write_websocket_close(WebSocketStatus status, std::string_view reason) {
  Buffer payload;
  ByteWriter writer(payload);
  writer.u16(static_cast<std::uint16_t>(status));
  writer.text(reason.substr(0, kMaxControl - 2));
  return write_websocket(WebSocketOpcode::kClose, payload);
}

WebSocketStatus websocket_close_status(const WebSocketMessage& close) {
  const auto code = ByteReader(close.payload).u16();
  return code ? static_cast<WebSocketStatus>(*code) : WebSocketStatus::kNoStatus;
}

tl::unexpected<Error> WebSocketReader::refuse(WebSocketStatus status, std::string_view words) {
  failure_ = status;
  const auto code =
      status == WebSocketStatus::kTooBig ? ErrorCode::kLimitExceeded : ErrorCode::kMalformed;
  return fail(code, fmt::format("websocket: {}", words));
}

// False: it is not whole yet.
Result<bool> WebSocketReader::read_head(Bytes& bytes) {
  while (!bytes.empty()) {
    head_.push_back(bytes.front());
    bytes = bytes.subspan(1);
    if (head_.size() < 2) continue;
    const unsigned length = head_[1] & 0x7fU;
    const std::size_t size = 6 + (length == 126 ? 2 : length == 127 ? 8 : 0);
    if ((head_[1] & 0x80U) == 0) {
      return refuse(WebSocketStatus::kProtocolError, "a frame of a client without a mask");
    }
    if (head_.size() < size) continue;
    FLU_TRY_ASSIGN(const Frame frame, parse_head());
    head_.clear();
    FLU_TRY(check(frame));
    frame_ = frame;
    return true;
  }
  return false;
}

Result<WebSocketReader::Frame> WebSocketReader::parse_head() const {
  ByteReader reader(head_);
  FLU_TRY_ASSIGN(const std::uint8_t first, reader.u8());
  FLU_TRY_ASSIGN(const std::uint8_t second, reader.u8());
  Frame frame;
  frame.is_last = (first & 0x80U) != 0;
  frame.opcode = static_cast<WebSocketOpcode>(first & 0x0fU);
  frame.left = second & 0x7fU;
  if (frame.left == 126) {
    FLU_TRY_ASSIGN(frame.left, reader.u16());
  } else if (frame.left == 127) {
    FLU_TRY_ASSIGN(frame.left, reader.u64());
  }
  FLU_TRY_ASSIGN(frame.mask, reader.u32());
  // Reserved bits belong to extensions, and none was agreed on.
  if ((first & 0x70U) != 0) frame.opcode = static_cast<WebSocketOpcode>(0xff);
  return frame;
}

Result<void> WebSocketReader::check(const Frame& frame) {
  const auto opcode = static_cast<unsigned>(frame.opcode);
  if (!is_known(opcode)) {
    return refuse(WebSocketStatus::kProtocolError, "a frame of an unknown kind");
  }
  if (is_control(frame.opcode)) {
    if (frame.is_last && frame.left <= kMaxControl) return {};
    return refuse(WebSocketStatus::kProtocolError, "a control frame too long or in pieces");
  }
  const bool goes_on = frame.opcode == WebSocketOpcode::kContinuation;
  if (goes_on != message_opcode_.has_value()) {
    return refuse(WebSocketStatus::kProtocolError,
                  goes_on ? "a continuation of nothing" : "a message inside another");
  }
  if (frame.left > max_message_ - message_.size()) {
    return refuse(WebSocketStatus::kTooBig,
                  fmt::format("a message of more than {} bytes", max_message_));
  }
  if (!goes_on) message_opcode_ = frame.opcode;
  return {};
}

// The frame is whole, and with it a message.
Result<WebSocketMessage> WebSocketReader::finish() {
  WebSocketMessage out;
  const Frame frame = *std::exchange(frame_, std::nullopt);
  if (is_control(frame.opcode)) {
    out.opcode = frame.opcode;
    out.payload = std::exchange(control_, {});
  } else {
    out.opcode = *std::exchange(message_opcode_, std::nullopt);
    out.payload = std::exchange(message_, {});
  }
  if (out.opcode == WebSocketOpcode::kText && !is_utf8(out.payload)) {
    return refuse(WebSocketStatus::kBadText, "a text that is not UTF-8");
  }
  if (out.opcode == WebSocketOpcode::kClose && !out.payload.empty()) {
    const bool has_code = out.payload.size() >= 2 &&
                          is_close_code(static_cast<unsigned>(websocket_close_status(out)));
    if (!has_code || !is_utf8(Bytes(out.payload).subspan(2))) {
      return refuse(WebSocketStatus::kProtocolError, "a close frame without a valid code");
    }
  }
  return out;
}

Result<std::optional<WebSocketMessage>> WebSocketReader::next(Bytes& bytes) {
  while (true) {
    if (!frame_) {
      FLU_TRY_ASSIGN(const bool is_there, read_head(bytes));
      if (!is_there) return std::nullopt;
    }
    Buffer& payload = is_control(frame_->opcode) ? control_ : message_;
    const auto count =
        static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), frame_->left));
    for (const std::uint8_t byte : bytes.first(count)) {
      const unsigned shift = 24 - 8 * static_cast<unsigned>(frame_->offset++ % 4);
      payload.push_back(static_cast<std::uint8_t>(byte ^ (frame_->mask >> shift)));
    }
    bytes = bytes.subspan(count);
    frame_->left -= count;
    if (frame_->left > 0) return std::nullopt;
    if (is_control(frame_->opcode) || frame_->is_last) {
      FLU_TRY_ASSIGN(WebSocketMessage message, finish());
      return message;
    }
    frame_.reset();
  }
}

}  // namespace flu::wire
