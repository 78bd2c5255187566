#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "libcommon/container/mp4/segment_box.h"
#include "libcommon/container/mp4/silence.h"
#include "libcommon/media/track.h"
#include "libcommon/segment/part_grid.h"

namespace flu::serve {

// How many parts a segment has, and where players may begin.
struct PartsInfo {
  struct Keys {
    std::uint32_t track_id = 0;  // of a video track
    std::vector<bool> parts;     // those with a key frame
  };
  std::size_t count = 0;
  std::vector<Keys> videos;

  // EXT-X-PART's INDEPENDENT for these tracks: sound is so anywhere.
  [[nodiscard]] bool is_independent(std::size_t index, const media::Tracks& selected) const;
};

// A part as it is sent: the head, then these bytes of the file that the samples came from.
struct PartLayout {
  struct Range {
    std::uint32_t offset = 0;
    std::uint32_t size = 0;
    Bytes silence;  // these instead, where they are not empty: they live as long as SegmentParts
  };
  Buffer head;
  std::vector<Range> data;
};

// The parts of one segment, growing or finished: the same bytes for both, as far as they are told
// of the growing one. Pure.
class SegmentParts {
 public:
  // Times and durations as in the file; offsets are any that the caller knows. `time`: of the
  // segment, growing ones end with what is known of their main track.
  SegmentParts(std::uint32_t seq, const container::Stretch& time, media::Ticks target,
               const media::Tracks& tracks, std::vector<container::SegmentTrack> samples);

  // Of a finished segment; of a growing one more than are told.
  [[nodiscard]] PartsInfo info(const media::Tracks& tracks) const;

  // Part `index` with the tracks `ids`. `is_last`: all that is left of the segment.
  [[nodiscard]] Result<PartLayout> layout(std::size_t index, std::span<const std::uint32_t> ids,
                                          bool is_last) const;

 private:
  struct Track {
    container::SegmentTrack stored;
    Buffer silence;  // a frame of it, where it lacks some
    bool is_sound = false;
  };

  [[nodiscard]] const Track* find(std::uint32_t id) const;
  [[nodiscard]] std::vector<container::SampleEntry> samples_of(const Track& track,
                                                               std::size_t index,
                                                               bool is_last) const;

  std::uint32_t seq_;
  segment::PartGrid grid_;
  std::uint32_t main_id_ = 0;
  std::vector<Track> tracks_;
};

}  // namespace flu::serve
