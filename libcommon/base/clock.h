#pragma once

#include <chrono>
#include <cstdint>

namespace flu {

// CLOCK_MONOTONIC and CLOCK_REALTIME, the only two places where the time is asked. Pure modules
// take these values as parameters.
using MonotonicTime = std::chrono::time_point<std::chrono::steady_clock, std::chrono::nanoseconds>;
using WallTime = std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>;

MonotonicTime monotonic_now();
WallTime wall_now();

}  // namespace flu
