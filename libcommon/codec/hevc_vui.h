#pragma once

#include "libcommon/base/bit_reader.h"
#include "libcommon/base/result.h"
#include "libcommon/media/track.h"

namespace flu::codec {

// What lies between the picture's size and the VUI of an HEVC SPS has no fixed length: these leave
// `bits` behind it.
Result<void> skip_hevc_scaling_lists(BitReader& bits);
Result<void> skip_hevc_reference_sets(BitReader& bits);

// vui_parameters() as far as the timing (ISO 23008-2 E.2.1).
Result<void> parse_hevc_vui(BitReader& bits, media::VideoFormat& video);

}  // namespace flu::codec
