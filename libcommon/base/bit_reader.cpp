#include "libcommon/base/bit_reader.h"

#include <algorithm>

#include <fmt/format.h>

namespace flu {

Result<std::uint32_t> BitReader::bits(unsigned count) {
  if (count > 32 || count > bits_left()) {
    return fail(ErrorCode::kMalformed, fmt::format("need {} bits, {} left", count, bits_left()));
  }
  std::uint64_t value = 0;
  while (count > 0) {
    const unsigned offset = position_ % 8;
    const unsigned taken = std::min(count, 8 - offset);
    const unsigned byte = bytes_[position_ / 8];
    value = (value << taken) | ((byte >> (8 - offset - taken)) & ((1U << taken) - 1));
    position_ += taken;
    count -= taken;
  }
  return static_cast<std::uint32_t>(value);
}

Result<bool> BitReader::flag() {
  FLU_TRY_ASSIGN(const std::uint32_t bit, bits(1));
  return bit != 0;
}

Result<void> BitReader::skip(std::size_t count) {
  if (count > bits_left()) {
    return fail(ErrorCode::kMalformed, fmt::format("skip {} bits, {} left", count, bits_left()));
  }
  position_ += count;
  return {};
}

Result<std::uint32_t> BitReader::ue() {
  const std::size_t start = position_;
  unsigned zeros = 0;
  while (true) {
    const auto bit = bits(1);
    if (!bit || (*bit == 0 && ++zeros > 31)) {
      position_ = start;
      return fail(ErrorCode::kMalformed, "Exp-Golomb code is cut short or longer than 32 bits");
    }
    if (*bit == 1) break;
  }
  const auto rest = bits(zeros);
  if (!rest) {
    position_ = start;
    return tl::unexpected<Error>(rest.error());
  }
  return static_cast<std::uint32_t>((std::uint64_t{1} << zeros) - 1 + *rest);
}

Result<std::int32_t> BitReader::se() {
  FLU_TRY_ASSIGN(const std::uint32_t code, ue());
  const auto magnitude = static_cast<std::int64_t>((std::uint64_t{code} + 1) / 2);
  return static_cast<std::int32_t>(code % 2 == 1 ? magnitude : -magnitude);
}

}  // namespace flu
