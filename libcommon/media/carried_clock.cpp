#include "libcommon/media/carried_clock.h"

namespace flu::media {

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
