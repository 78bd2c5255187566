#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "libcommon/base/clock.h"
#include "libcommon/media/sample.h"
#include "libcommon/media/time.h"

namespace flu::media {

// How the source's pace relates to real time (docs/design.md, "Time").
enum class Pacing {
  kLive,  // paced by its sender: drift of its clock is measured and followed
  kFree,  // a file or standard input, read as fast as it comes: anchored once, never slewed
};

// The one mapping of a source's media time to UTC x 90000. Pure: the clocks are parameters. UTC is
// read at the anchor and carried by the monotonic clock.
class Timeline {
 public:
  explicit Timeline(Pacing pacing);

  struct Arrival {
    MonotonicTime monotonic;
    WallTime wall;
  };

  struct Mapped {
    Timestamp dts{0};
    bool is_discontinuity = false;  // the first sample after a jump: `reason` says which
    std::string reason;
    bool is_dropped = false;  // late: would go back on its track
    bool is_clock_unsure = false;
  };

  // `dts` and `pts` are the source's, unwrapped. The result is never earlier than the end of what
  // the same track was given before.
  Mapped map(std::uint32_t track_id, Timestamp dts, Ticks duration, const Arrival& arrival);

  // The source restarted or was changed: the next sample anchors anew, marked as a discontinuity.
  void restart();

  // For events, which have a presentation time only. nullopt before the first sample.
  [[nodiscard]] std::optional<Timestamp> to_utc(Timestamp source_time) const;
};

}  // namespace flu::media
