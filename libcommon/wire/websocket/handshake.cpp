#include "libcommon/wire/websocket/handshake.h"

#include <algorithm>

#include "libcommon/base/base64.h"
#include "libcommon/base/sha1.h"

namespace flu::wire {

bool is_websocket_key(std::string_view key) {
  constexpr std::size_t kSize = 24;  // of 16 bytes
  if (key.size() != kSize || !key.ends_with("==")) return false;
  key.remove_suffix(2);
  return std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/';
  });
}

std::string websocket_accept(std::string_view key) {
  std::string text(key);
  text += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";  // RFC 6455 1.3
  return to_base64(sha1(as_bytes(text)));
}

}  // namespace flu::wire
