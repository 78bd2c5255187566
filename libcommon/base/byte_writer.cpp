#include "libcommon/base/byte_writer.h"

#include "libcommon/base/check.h"

namespace flu {

void ByteWriter::patch(std::size_t at, std::uint64_t value, unsigned width) {
  FLU_CHECK(at <= out_->size() && width <= out_->size() - at);
  for (unsigned i = 0; i < width; ++i) {
    (*out_)[at + i] = static_cast<std::uint8_t>(value >> (8 * (width - 1 - i)));
  }
}

void ByteWriter::patch_u8(std::size_t at, std::uint8_t value) {
  patch(at, value, 1);
}
void ByteWriter::patch_u16(std::size_t at, std::uint16_t value) {
  patch(at, value, 2);
}
void ByteWriter::patch_u32(std::size_t at, std::uint32_t value) {
  patch(at, value, 4);
}

}  // namespace flu
