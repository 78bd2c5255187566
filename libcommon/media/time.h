#pragma once

#include <chrono>
#include <cstdint>
#include <ratio>

#include "libcommon/base/clock.h"

namespace flu::media {

// 90 kHz ticks, the unit of every media time in flu. std::chrono keeps it from being mixed with
// milliseconds by accident.
using Ticks = std::chrono::duration<std::int64_t, std::ratio<1, 90'000>>;

// A point of media time. In a source's own timeline: its timestamps unwrapped to 64 bits. In the
// flu stream, the store and everywhere behind them: UTC x 90000 (POSIX, no leap seconds).
using Timestamp = Ticks;

// UTC x 90000 is valid in [2001-09-09, about year 5140): below is a foreign, relative timeline;
// above, a double no longer holds it exactly.
inline constexpr Timestamp kMinUtc{90'000'000'000'000};
inline constexpr Timestamp kMaxUtc{std::int64_t{1} << 53};

inline constexpr bool is_utc(Timestamp time) {
  return time >= kMinUtc && time < kMaxUtc;
}

// Microseconds since 1970 x 9 / 100, rounded down.
inline Timestamp to_timestamp(WallTime wall) {
  return std::chrono::floor<Ticks>(wall.time_since_epoch());
}
inline WallTime to_wall(Timestamp time) {
  return WallTime(std::chrono::floor<std::chrono::microseconds>(time));
}

}  // namespace flu::media
