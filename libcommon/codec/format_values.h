#pragma once

#include <cstdint>

#include "libcommon/media/time.h"
#include "libcommon/media/track.h"

namespace flu::codec {

// The length of a frame, rounded to a tick; 0 where the rate is unknown.
media::Ticks frame_duration(const media::VideoFormat& video);

// The length of an audio frame, rounded to a tick.
media::Ticks audio_duration(std::uint32_t samples, std::uint32_t sample_rate);

// num/den frames a second, reduced. Left unknown outside 1/10 ... 1000, which no encoder means.
void set_frame_rate(std::uint64_t num, std::uint64_t den, media::VideoFormat& video);

// The sample aspect ratio of an aspect_ratio_idc (ISO 14496-10 table E-1, ISO 23008-2 table E.1);
// unchanged where it is unspecified.
void set_aspect_ratio(std::uint32_t idc, media::VideoFormat& video);

}  // namespace flu::codec
