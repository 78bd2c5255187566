#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "libcommon/media/time.h"
#include "libcommon/media/track.h"
#include "libcommon/segment/index_record.h"
#include "libcommon/segment/part_grid.h"
#include "tools/segment/run.h"
#include "tools/segment/segment_table.h"

namespace flu::hub {

// Tells when a part of the growing segment (segment::PartGrid) is complete: what of it and which
// frame comes next in presentation is settled, so that there is a next part; each other track that
// is not silent has gone on behind it. The last part of a segment is not told: it is there with the
// segment.
class Parts {
 public:
  // PART-TARGET does not change during the life of a window: it is that of the hub before, else
  // fixed by the first frame.
  void set_target(media::Ticks target) { target_ = target; }
  [[nodiscard]] media::Ticks target() const { return target_; }

  void set_tracks(const media::Tracks& tracks, std::uint32_t main_id);

  // A segment begins with `first`, in a log whose first fragment lies at `offset`.
  void begin(const SegmentStart& start, const Run& first, std::uint64_t offset);
  // Nothing grows until the next begin().
  void stop();

  // A fragment was appended.
  void add(const Run& run);

  // The next part that is complete; the log is `end` bytes long.
  std::optional<segment::IndexRecord> take(std::uint64_t end);

  // Those told of the growing segment so far, for who comes late.
  [[nodiscard]] const std::vector<segment::IndexRecord>& current() const { return current_; }

 private:
  struct Other {
    std::uint32_t id = 0;
    std::optional<media::Timestamp> last_dts;
  };

  [[nodiscard]] bool is_awaited(const Other& other, media::Timestamp end) const;

  media::Ticks target_{0};
  media::Track main_;
  std::vector<Other> others_;
  bool has_begun_ = false;  // some segment
  std::optional<segment::PartGrid> grid_;
  media::Timestamp main_dts_{0};  // the newest
  std::vector<media::Timestamp>
      ahead_;                     // presentation times of the main track from the part's end on
  std::vector<media::Sap> saps_;  // a key frame's of each part of the segment
  segment::IndexRecord part_;     // the next
  std::vector<segment::IndexRecord> current_;
};

}  // namespace flu::hub
