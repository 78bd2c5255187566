#pragma once

#include <string_view>

#include "libcommon/base/bytes.h"

namespace flu::codec {

// Bytes written as hexadecimal digits; anything else between them is passed over.
inline Buffer hex(std::string_view digits) {
  Buffer out;
  int high = -1;
  for (const char digit : digits) {
    int value = -1;
    if (digit >= '0' && digit <= '9') value = digit - '0';
    if (digit >= 'a' && digit <= 'f') value = digit - 'a' + 10;
    if (value < 0) continue;
    if (high < 0) {
      high = value;
    } else {
      out.push_back(static_cast<std::uint8_t>(high << 4 | value));
      high = -1;
    }
  }
  return out;
}

inline Buffer joined(std::initializer_list<Buffer> parts) {
  Buffer out;
  for (const Buffer& part : parts) append(out, part);
  return out;
}

}  // namespace flu::codec
