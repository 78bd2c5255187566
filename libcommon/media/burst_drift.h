#pragma once

#include <cstddef>
#include <deque>
#include <optional>

#include "libcommon/base/clock.h"
#include "libcommon/media/arrival_trend.h"
#include "libcommon/media/time.h"

namespace flu::media {

// How far the clock of a source is off that gives seconds of media at once and then nothing for
// seconds. When a burst comes says little, so only the earliest of half minutes count, a slope is
// believed from ten minutes on and where it stands out of the noise, and what is near is left be.
class BurstDrift {
 public:
  struct Verdict {
    double rate = 0;           // to slew by
    Ticks stood_still_for{0};  // not zero: too far behind to be slewed, to be shifted by this
  };

  // `lateness` is arrival minus media time against any fixed zero, `error` arrival minus where it
  // was mapped. A verdict each half minute.
  std::optional<Verdict> add(MonotonicTime arrival, Ticks lateness, Ticks error);

  void clear();

 private:
  Verdict judge();

  ArrivalTrend trend_{std::chrono::seconds(30)};
  std::optional<Ticks> least_error_;   // of the open bucket
  std::deque<Ticks> errors_;           // of the newest buckets
  std::optional<Ticks> normal_error_;  // of the first of them
};

}  // namespace flu::media
