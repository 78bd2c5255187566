#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"

namespace flu::container {

// What a player gets of a stored segment: [emsg...] moof mdat of some of its tracks, without boxes
// of ours. The bytes are those of `head`, then those of each of `data`, which lie in the segment.
struct PlayerSegment {
  Buffer head;              // empty where the segment is sent from its moof on as it is stored
  std::vector<Bytes> data;  // contiguous ranges
};

// A pure function of its arguments; times as set_presentation_times() has them. Ids that the
// segment has no samples of are left out; where that leaves nothing, the moof has a traf without
// samples for each. kMalformed for what is no stored segment.
Result<PlayerSegment> make_player_segment(Bytes stored, std::span<const std::uint32_t> ids);

}  // namespace flu::container
