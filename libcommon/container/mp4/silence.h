#pragma once

#include <cstdint>

#include "libcommon/base/bytes.h"
#include "libcommon/container/mp4/segment_box.h"
#include "libcommon/media/time.h"
#include "libcommon/media/track.h"

namespace flu::container {

// From where to where a segment lasts.
struct Stretch {
  media::Timestamp start{0};
  media::Timestamp end{0};
};

// The offset of a sample that does not lie in the segment.
inline constexpr std::uint32_t kSilenceOffset = UINT32_MAX;

// Where a track of AAC has nothing for longer than one of its frames (sound that ends before the
// picture, a hole), silent frames are put among `samples`, so that no fragment of it is without
// media: from one frame behind what was there last (but not before the start) up to what comes
// next (or to the end). Sound in front of a hole that came late of a segment before is left out.
// Samples have their offsets and sizes, those put in kSilenceOffset; the durations around them lead
// to the next. Only what stands before a frame's time decides whether it is put and where: a
// growing segment gives the same frames as the finished one. Returns a frame's bytes; empty where
// nothing was changed.
Buffer fill_with_silence(const media::Track& track, const Stretch& time, SegmentTrack& samples);

}  // namespace flu::container
