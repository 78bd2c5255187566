#include "libcommon/codec/cropping.h"

#include <array>

namespace flu::codec {

Result<void> parse_cropping(BitReader& bits, CropUnit unit, media::VideoFormat& video) {
  FLU_TRY_ASSIGN(const bool is_cropped, bits.flag());
  if (!is_cropped) return {};
  std::array<std::uint64_t, 4> crop{};  // left, right, top, bottom
  for (std::uint64_t& edge : crop) {
    FLU_TRY_ASSIGN(edge, bits.ue());
  }
  const std::uint64_t across = (crop[0] + crop[1]) * unit.across;
  const std::uint64_t down = (crop[2] + crop[3]) * unit.down;
  if (across >= video.width || down >= video.height) {
    return fail(ErrorCode::kMalformed, "nothing left of the picture after cropping");
  }
  video.width -= static_cast<std::uint32_t>(across);
  video.height -= static_cast<std::uint32_t>(down);
  return {};
}

}  // namespace flu::codec
