#pragma once

#include <string>
#include <string_view>

namespace flu::wire {

// The opening handshake of a server (RFC 6455 4.2).

// Is this what a client may send as Sec-WebSocket-Key: 16 bytes in base64?
bool is_websocket_key(std::string_view key);

// The Sec-WebSocket-Accept that answers it.
std::string websocket_accept(std::string_view key);

}  // namespace flu::wire
