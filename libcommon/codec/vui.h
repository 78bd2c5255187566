#pragma once

#include "libcommon/base/bit_reader.h"
#include "libcommon/base/result.h"
#include "libcommon/media/track.h"

namespace flu::codec {

// What the video usability information of H.264 (ISO 14496-10 E.1.1) and that of HEVC (ISO 23008-2
// E.2.1) have in common. Both begin with the aspect ratio, then overscan, signal type and chroma
// location.
Result<void> parse_vui_aspect_ratio(BitReader& bits, media::VideoFormat& video);
Result<void> skip_vui_colour(BitReader& bits);

// A tick of num_units_in_tick is that of a field in H.264 (E.2.1), so a frame is two of them; in
// HEVC it is that of a picture (E.3.1).
Result<void> parse_vui_timing(BitReader& bits, std::uint32_t ticks_per_frame,
                              media::VideoFormat& video);

}  // namespace flu::codec
