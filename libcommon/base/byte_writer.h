#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "libcommon/base/bytes.h"

namespace flu {

// Appends big-endian fields to a buffer that the caller owns and that must outlive the writer.
class ByteWriter {
 public:
  explicit ByteWriter(Buffer& out) : out_(&out) {}

  void u8(std::uint8_t value) { out_->push_back(value); }
  void u16(std::uint16_t value) { big_endian<2>(value); }
  void u24(std::uint32_t value) { big_endian<3>(value); }
  void u32(std::uint32_t value) { big_endian<4>(value); }
  void u64(std::uint64_t value) { big_endian<8>(value); }
  void bytes(Bytes more) { append(*out_, more); }
  void text(std::string_view more) { append(*out_, as_bytes(more)); }
  void zeros(std::size_t count) { out_->insert(out_->end(), count, 0); }

  [[nodiscard]] std::size_t size() const { return out_->size(); }

  // Overwrites a field written before, such as a length known only now. FLU_CHECKs the range.
  void patch_u8(std::size_t at, std::uint8_t value);
  void patch_u16(std::size_t at, std::uint16_t value);
  void patch_u32(std::size_t at, std::uint32_t value);

 private:
  template <unsigned kWidth>
  void big_endian(std::uint64_t value) {
    std::array<std::uint8_t, kWidth> field;
    for (unsigned i = 0; i < kWidth; ++i) {
      field[i] = static_cast<std::uint8_t>(value >> (8 * (kWidth - 1 - i)));
    }
    out_->insert(out_->end(), field.begin(), field.end());
  }
  void patch(std::size_t at, std::uint64_t value, unsigned width);

  Buffer* out_;
};

}  // namespace flu
