#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "libcommon/segment/hour_index.h"

namespace flu::store {

// The files of ROOT and ROOT/STREAM (docs/format.md, "Archive").

inline constexpr std::string_view kRootMark = ".flu-root";
inline constexpr std::string_view kArchiveLock = "lock";
inline constexpr std::string_view kStreamFile = "stream.json";
inline constexpr std::string_view kHoursFile = "hours.idx";
inline constexpr std::string_view kLocksFile = "locks.log";
inline constexpr std::string_view kCleanLock = "clean.lock";

// "2026/11/22"
inline std::string day_folder(segment::Hour hour) {
  const std::chrono::sys_days day{std::chrono::days(hour / 24)};
  const std::chrono::year_month_day date{day};
  return fmt::format("{:04}/{:02}/{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

// "2026/11/22/08.idx"
inline std::string hour_index_file(segment::Hour hour) {
  return fmt::format("{}/{:02}.idx", day_folder(hour), hour % 24);
}

// "2026/11/22/08.0.mp4"
inline std::string blob_file(segment::Hour hour, unsigned number) {
  return fmt::format("{}/{:02}.{}.mp4", day_folder(hour), hour % 24, number);
}

}  // namespace flu::store
