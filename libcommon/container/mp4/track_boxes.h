#pragma once

#include <cstdint>

#include "libcommon/base/byte_writer.h"
#include "libcommon/media/track.h"

namespace flu::container {

// Boxes of a moov that a movie has whether it is fragmented or not (ISO 14496-12 8). Their version
// is 1 where a duration needs it.

// Movies count in 90 kHz ticks. `created`: seconds since 1904, UTC; 0 where equal tracks are to
// give equal bytes.
void write_mvhd(std::uint64_t duration, std::uint32_t next_track_id, std::uint64_t created,
                ByteWriter& out);

// `duration` in the movie's ticks.
void write_tkhd(const media::Track& track, std::uint32_t id, std::uint64_t duration,
                ByteWriter& out);

// `duration` in those of `timescale`.
void write_mdhd(const media::Track& track, std::uint32_t timescale, std::uint64_t duration,
                ByteWriter& out);
void write_hdlr(const media::Track& track, ByteWriter& out);

// What stands in minf before the stbl.
void write_media_information(const media::Track& track, ByteWriter& out);

// What a track is for, as stock tools understand it.
bool has_role(const media::Track& track);
void write_role(const media::Track& track, ByteWriter& out);

}  // namespace flu::container
