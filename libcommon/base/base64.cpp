#include "libcommon/base/base64.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace flu {

std::string to_base64(Bytes bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::size_t count = bytes.size() - at;
    std::uint32_t group = std::uint32_t{bytes[at]} << 16;
    if (count > 1) group |= std::uint32_t{bytes[at + 1]} << 8;
    if (count > 2) group |= bytes[at + 2];
    out += kDigits[group >> 18];
    out += kDigits[group >> 12 & 0x3F];
    out += count > 1 ? kDigits[group >> 6 & 0x3F] : '=';
    out += count > 2 ? kDigits[group & 0x3F] : '=';
  }
  return out;
}

}  // namespace flu
