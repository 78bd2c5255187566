#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>

#include "libcommon/base/bytes.h"

namespace flu {

// Fields of our own index files, which are little-endian and of a fixed size. The caller has
// checked that the field lies inside.
template <std::unsigned_integral T>
void put_little_endian(std::span<std::uint8_t> out, std::size_t at, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    out[at + i] = static_cast<std::uint8_t>(std::uint64_t{value} >> (8 * i));
  }
}

template <std::unsigned_integral T>
[[nodiscard]] T get_little_endian(Bytes bytes, std::size_t at) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    value |= std::uint64_t{bytes[at + i]} << (8 * i);
  }
  return static_cast<T>(value);
}

}  // namespace flu
