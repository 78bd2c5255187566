// Tested by tests/e2e/serve/limits.sh
#include "libcommon/base/coarse_clock.h"

#include <ctime>

namespace flu {

MonotonicTime coarse_monotonic_now() {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC_COARSE, &time);  // cannot fail
  return MonotonicTime(std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
}

}  // namespace flu
