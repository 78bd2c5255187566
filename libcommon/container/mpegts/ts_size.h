#pragma once

#include <cstdint>
#include <span>

#include "libcommon/container/mp4/flu_stream.h"
#include "libcommon/media/track.h"

namespace flu::container {

// How many bytes mux_ts_segment() makes of one track's samples, from their sizes alone: PES and
// packet headers and the stretching to 16 packets, without tables. A little more rather than less.
std::uint64_t estimate_ts_bytes(const media::Track& track, std::span<const SampleEntry> samples);

// The tables of a segment that long.
std::uint64_t estimate_ts_table_bytes(media::Ticks duration);

}  // namespace flu::container
