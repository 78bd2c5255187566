#include "libcommon/media/carried_clock.h"

#include <algorithm>

namespace flu::media {

CarriedClock::CarriedClock(const Arrival& start)
    : base_{start.monotonic, std::max(start.wall, kEarliest)},
      is_ahead_(start.wall < kEarliest - kMaxStep) {}

std::chrono::microseconds CarriedClock::update(const Arrival& now) {
  const std::chrono::microseconds step = now.wall - at(now.monotonic);
  is_ahead_ = step < -kMaxStep;
  if (step <= kMaxStep) return std::chrono::microseconds{0};
  base_ = now;
  return step;
}

WallTime CarriedClock::at(MonotonicTime time) const {
  return base_.wall + std::chrono::floor<std::chrono::microseconds>(time - base_.monotonic);
}

}  // namespace flu::media
