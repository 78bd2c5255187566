#pragma once

#include "libcommon/base/clock.h"

namespace flu {

// CLOCK_MONOTONIC_COARSE: up to 10 ms behind monotonic_now() and a fifth of its cost, for deadlines
// of seconds that are set with each request.
MonotonicTime coarse_monotonic_now();
WallTime coarse_wall_now();  // the same of wall_now()

}  // namespace flu
