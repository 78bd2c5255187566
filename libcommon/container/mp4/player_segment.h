#pragma once

#include <vector>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "libcommon/container/mp4/silence.h"
#include "libcommon/media/track.h"

namespace flu::container {

// What a player gets of a stored segment: [emsg...] moof mdat of some of its tracks, without boxes
// of ours. The bytes are those of `head`, then those of each of `data`, which lie in the segment or
// in `silence`.
struct PlayerSegment {
  Buffer head;                  // empty where the segment is sent from its moof on as it is stored
  std::vector<Bytes> data;      // contiguous ranges
  std::vector<Buffer> silence;  // a frame of each track that lacks some
};

// A pure function of its arguments; times as set_presentation_times() has them, holes filled by
// fill_with_silence(). `time`: of the segment. Tracks that have no samples even so are left out;
// where that leaves nothing, the moof has a traf without samples for each. kMalformed for what is
// no stored segment.
Result<PlayerSegment> make_player_segment(Bytes stored, const media::Tracks& tracks,
                                          const Stretch& time);

}  // namespace flu::container
