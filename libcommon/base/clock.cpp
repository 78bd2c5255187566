#include "libcommon/base/clock.h"

namespace flu {

MonotonicTime monotonic_now() {
  return std::chrono::steady_clock::now();
}

WallTime wall_now() {
  return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}

}  // namespace flu
