#pragma once

#include "libcommon/base/clock.h"

namespace flu::media {

// When something came in, by both clocks, read together.
struct Arrival {
  MonotonicTime monotonic;
  WallTime wall;
};

// UTC read once and carried by the monotonic clock, so that a step of the system clock neither
// stretches nor overlaps media. Forward steps over kMaxStep are followed, since time that never
// was may be left out; backward steps are not.
class CarriedClock {
 public:
  static constexpr std::chrono::seconds kMaxStep{2};

  // A machine that has no clock of its own begins in 1970, which is no time of a stream: it is then
  // carried from kEarliest on, ahead of the system clock until that is put right.
  static constexpr WallTime kEarliest{std::chrono::seconds(1'000'000'000) + std::chrono::hours(24)};

  explicit CarriedClock(const Arrival& start);

  // Compares the clocks; the size of a forward step that is now followed, else zero.
  std::chrono::microseconds update(const Arrival& now);

  [[nodiscard]] WallTime at(MonotonicTime time) const;

  // The system clock is more than kMaxStep behind the time carried here.
  [[nodiscard]] bool is_ahead() const { return is_ahead_; }

 private:
  Arrival base_;
  bool is_ahead_ = false;
};

}  // namespace flu::media
