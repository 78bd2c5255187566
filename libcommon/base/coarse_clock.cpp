// Tested by tests/e2e/serve/limits.sh
#include "libcommon/base/coarse_clock.h"

#include <ctime>

namespace flu {

namespace {

std::chrono::nanoseconds read(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);  // cannot fail
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

MonotonicTime coarse_monotonic_now() {
  return MonotonicTime(read(CLOCK_MONOTONIC_COARSE));
}

WallTime coarse_wall_now() {
  return WallTime(std::chrono::duration_cast<WallTime::duration>(read(CLOCK_REALTIME_COARSE)));
}

}  // namespace flu
