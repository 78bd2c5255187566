#include "tools/dvr/record/schedule.h"

#include <algorithm>
#include <cstdint>

namespace flu::dvr {

bool is_scheduled(const std::vector<DailyInterval>& schedule, media::Timestamp time) {
  if (schedule.empty()) return true;
  constexpr std::int64_t kMinute = std::int64_t{60} * 90'000;
  constexpr std::int64_t kDay = std::int64_t{24} * 60;
  const auto minute = static_cast<unsigned>(time.count() / kMinute % kDay);
  return std::any_of(schedule.begin(), schedule.end(), [&](const DailyInterval& interval) {
    if (interval.from < interval.to) return minute >= interval.from && minute < interval.to;
    return minute >= interval.from || minute < interval.to;
  });
}

}  // namespace flu::dvr
