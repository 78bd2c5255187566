#pragma once

#include <cstdint>

#include "libcommon/base/bit_reader.h"
#include "libcommon/base/result.h"
#include "libcommon/media/track.h"

namespace flu::codec {

// In samples of luma, what 1 of an offset stands for (CropUnitX and CropUnitY, SubWidthC and
// SubHeightC).
struct CropUnit {
  std::uint32_t across = 1;
  std::uint32_t down = 1;
};

// Takes the cropped edges off the size that `video` has: frame_cropping of H.264 (ISO 14496-10
// 7.4.2.1.1) and the conformance window of HEVC (ISO 23008-2 7.4.3.2.1).
Result<void> parse_cropping(BitReader& bits, CropUnit unit, media::VideoFormat& video);

}  // namespace flu::codec
