#pragma once

#include <cstdint>
#include <string_view>

namespace flu::wire {

// What a Range header (RFC 9110 14.2) means for `total` bytes.
struct ByteRange {
  enum class Kind {
    kWhole,          // no range, or one that a server may ignore: 200
    kPart,           // 206 with `size` bytes from `first`
    kUnsatisfiable,  // 416
  };
  Kind kind = Kind::kWhole;
  std::uint64_t first = 0;
  std::uint64_t size = 0;
};

// Other units, bad syntax and several ranges give kWhole, as RFC 9110 14.2 allows.
ByteRange parse_byte_range(std::string_view header, std::uint64_t total);

}  // namespace flu::wire
