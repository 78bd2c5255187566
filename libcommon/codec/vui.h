#pragma once

#include "libcommon/base/bit_reader.h"
#include "libcommon/base/result.h"
#include "libcommon/media/track.h"

namespace flu::codec {

// The beginning of the video usability information, which H.264 (ISO 14496-10 E.1.1) and HEVC
// (ISO 23008-2 E.2.1) have in common: aspect ratio; then overscan, signal type, chroma location.
Result<void> parse_vui_aspect_ratio(BitReader& bits, media::VideoFormat& video);
Result<void> skip_vui_colour(BitReader& bits);

}  // namespace flu::codec
