#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "libcommon/container/mp4/segment_box.h"
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
  };
  Buffer head;
  std::vector<Range> data;
};

// The parts of one segment, growing or finished: the same bytes for both, as far as they are told
// of the growing one. Pure.
class SegmentParts {
 public:
  // Times and durations as in the file; offsets are any that the caller knows.
  SegmentParts(std::uint32_t seq, media::Timestamp start, media::Ticks target,
               std::uint32_t main_id, std::vector<container::SegmentTrack> tracks);

  // Of a finished segment; of a growing one more than are told.
  [[nodiscard]] PartsInfo info(const media::Tracks& tracks) const;

  // Part `index` with the tracks `ids`. `is_last`: all that is left of the segment.
  [[nodiscard]] Result<PartLayout> layout(std::size_t index, std::span<const std::uint32_t> ids,
                                          bool is_last) const;

 private:
  [[nodiscard]] const container::SegmentTrack* find(std::uint32_t id) const;

  std::uint32_t seq_;
  segment::PartGrid grid_;
  std::uint32_t main_id_;
  std::vector<container::SegmentTrack> tracks_;
};

}  // namespace flu::serve
