#include "libcommon/codec/rbsp.h"

namespace flu::codec {

std::size_t unescape(Bytes nal, std::span<std::uint8_t> out) {
  std::size_t written = 0;
  unsigned zeros = 0;
  for (const std::uint8_t byte : nal) {
    if (zeros >= 2 && byte == 3) {
      zeros = 0;
      continue;
    }
    if (written == out.size()) break;
    out[written++] = byte;
    zeros = byte == 0 ? zeros + 1 : 0;
  }
  return written;
}

Buffer unescape(Bytes nal) {
  Buffer out(nal.size());
  out.resize(unescape(nal, out));
  return out;
}

}  // namespace flu::codec
