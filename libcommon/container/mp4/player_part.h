#pragma once

#include <cstdint>
#include <span>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "libcommon/container/mp4/segment_box.h"

namespace flu::container {

// The moof and mdat header of an LL-HLS part for players: as those of a segment, of its sequence
// number. The samples' bytes follow, track by track; a track without samples is left out. Where
// there are none at all the moof has a traf without samples for each, which begins at `start`.
Result<Buffer> write_part_header(std::uint32_t seq, std::span<const SegmentTrack> tracks,
                                 media::Timestamp start);

}  // namespace flu::container
