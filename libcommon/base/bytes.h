#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace flu {

// A view of bytes owned by somebody else; valid for the call unless said otherwise.
using Bytes = std::span<const std::uint8_t>;

// Bytes that are owned.
using Buffer = std::vector<std::uint8_t>;

// The one place outside io where text and bytes are taken for each other.
inline Bytes as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline void append(Buffer& out, Bytes more) {
  out.insert(out.end(), more.begin(), more.end());
}

}  // namespace flu
