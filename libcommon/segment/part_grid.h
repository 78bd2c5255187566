#pragma once

#include <cstddef>

#include "libcommon/media/time.h"
#include "libcommon/media/track.h"

namespace flu::segment {

// PART-TARGET for a main track: the smallest whole number of frames that is at least a third of a
// second; a third where their duration is unknown, a second where they last longer. `frame` is for
// a track that does not say its rate.
media::Ticks part_target(const media::Track& main, media::Ticks frame);

// How a segment is divided into LL-HLS parts: by time, each PART-TARGET long, whatever the frames'
// own durations are; the last one ends with the segment. Frames are counted to a part by the times
// that players get them with (container::set_presentation_times), so that the growing and the
// finished segment are divided alike.
class PartGrid {
 public:
  // `start`: of the segment.
  PartGrid(media::Timestamp start, media::Ticks target) : start_(start), target_(target) {}

  // The part of a frame; what is before the start belongs to the first.
  [[nodiscard]] std::size_t index_of(media::Timestamp time) const;
  [[nodiscard]] media::Timestamp end_of(std::size_t index) const;
  [[nodiscard]] media::Ticks target() const { return target_; }

  // What the last of `count` parts of a segment of that duration lasts: never more than the others.
  [[nodiscard]] media::Ticks last_duration(std::size_t count, media::Ticks segment) const;

 private:
  media::Timestamp start_;
  media::Ticks target_;
};

}  // namespace flu::segment
