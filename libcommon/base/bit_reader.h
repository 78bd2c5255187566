#pragma once

#include <cstddef>
#include <cstdint>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"

namespace flu {

// Reads bit fields, most significant bit first, from bytes that came from outside. A failed read
// consumes nothing.
class BitReader {
 public:
  explicit BitReader(Bytes bytes) : bytes_(bytes) {}

  [[nodiscard]] std::size_t bits_left() const { return bytes_.size() * 8 - position_; }
  [[nodiscard]] std::size_t bit_position() const { return position_; }
  [[nodiscard]] bool is_byte_aligned() const { return position_ % 8 == 0; }

  // Up to 32 bits.
  [[nodiscard]] Result<std::uint32_t> bits(unsigned count);
  [[nodiscard]] Result<bool> flag();
  [[nodiscard]] Result<void> skip(std::size_t count);

  // Exp-Golomb codes of H.264 and HEVC (ITU-T H.264 9.1); at most 32 bits of value.
  [[nodiscard]] Result<std::uint32_t> ue();
  [[nodiscard]] Result<std::int32_t> se();

 private:
  Bytes bytes_;
  std::size_t position_ = 0;  // in bits
};

}  // namespace flu
