#pragma once

#include <cstddef>
#include <cstdint>

#include "libcommon/base/bytes.h"

namespace flu::codec {

// Appends bit fields, most significant bit first, to a buffer that the caller owns; the last byte
// is filled up with zeros.
class BitWriter {
 public:
  explicit BitWriter(Buffer& out) : out_(&out) {}

  void bits(std::uint32_t value, unsigned count) {
    while (count-- > 0) {
      if (free_ == 0) {
        out_->push_back(0);
        free_ = 8;
      }
      --free_;
      out_->back() = static_cast<std::uint8_t>(out_->back() | (((value >> count) & 1U) << free_));
    }
  }
  void align() { free_ = 0; }
  [[nodiscard]] std::size_t bits_in_last_byte() const { return free_ == 0 ? 8 : 8 - free_; }

 private:
  Buffer* out_;
  unsigned free_ = 0;  // bits left in the last byte
};

}  // namespace flu::codec
