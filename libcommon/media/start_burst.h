#pragma once

#include <optional>
#include <span>

#include "libcommon/media/carried_clock.h"
#include "libcommon/media/sample.h"
#include "libcommon/media/time.h"

namespace flu::media {

// Many servers begin with what they have, some seconds at once, and go on in real time. Anchored
// by its first packet such a stream would stand in the future by the length of that burst. So
// what comes is kept back until it comes in real time, and is then given to the timeline as one:
// the newest of it has just arrived. A stream without a burst is kept back for 100 ms.
class StartBurst {
 public:
  // What came now; it may be kept by the caller until is_over().
  void add(std::span<const Unit> units, const Arrival& arrival);

  [[nodiscard]] bool is_over() const { return is_over_; }

 private:
  struct Point {
    MonotonicTime arrival;
    Timestamp newest;
  };

  bool is_over_ = false;
  MonotonicTime start_{};
  std::optional<Point> mark_;
  std::optional<std::uint32_t> track_;  // whose times are looked at
  Timestamp newest_{0};
  std::size_t bytes_ = 0;
};

}  // namespace flu::media
