#pragma once

#include <string>
#include <string_view>

#include "libcommon/base/clock.h"
#include "libcommon/base/result.h"

namespace flu {

// Points of time as users write them, all UTC: seconds since 1970 (also with a fraction), `now`,
// `now-90m`, and ISO 8601: 2026-11-24, 2026-11-24T08:00, 2026-11-24T08:00:00Z,
// 2026-11-24T09:00:00+01:00.
Result<WallTime> parse_time(std::string_view text, WallTime now);

// "2026-11-24T08:00:00Z", the second that it lies in.
std::string time_text(WallTime time);

}  // namespace flu
