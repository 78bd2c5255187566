#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"

namespace flu {

// Reads big-endian fields from bytes that came from outside. The one place where a parser
// touches memory: every read is checked, and a failed read consumes nothing.
class ByteReader {
 public:
  explicit ByteReader(Bytes bytes) : rest_(bytes) {}

  [[nodiscard]] std::size_t remaining() const { return rest_.size(); }
  [[nodiscard]] bool empty() const { return rest_.empty(); }

  [[nodiscard]] Result<std::uint8_t> u8() { return big_endian<std::uint8_t>(1); }
  [[nodiscard]] Result<std::uint16_t> u16() { return big_endian<std::uint16_t>(2); }
  [[nodiscard]] Result<std::uint32_t> u24() { return big_endian<std::uint32_t>(3); }
  [[nodiscard]] Result<std::uint32_t> u32() { return big_endian<std::uint32_t>(4); }
  [[nodiscard]] Result<std::uint64_t> u64() { return big_endian<std::uint64_t>(8); }

  // A view of the next `count` bytes; valid as long as the bytes given to the constructor are.
  [[nodiscard]] Result<Bytes> bytes(std::size_t count);

  // Everything that is left; the reader is empty afterwards.
  Bytes rest() { return std::exchange(rest_, {}); }

  [[nodiscard]] Result<void> skip(std::size_t count);

  // A reader confined to the next `count` bytes: how a length-prefixed box, tag or TLV is entered.
  [[nodiscard]] Result<ByteReader> sub_reader(std::size_t count);

 private:
  template <std::unsigned_integral T>
  Result<T> big_endian(std::size_t width) {
    FLU_TRY_ASSIGN(const Bytes field, bytes(width));
    std::uint64_t value = 0;
    for (const std::uint8_t byte : field) {
      value = (value << 8) | byte;
    }
    return static_cast<T>(value);
  }

  Bytes rest_;
};

}  // namespace flu
