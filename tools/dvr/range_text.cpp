// Tested by tests/e2e/dvr/cleanup.sh
#include "tools/dvr/range_text.h"

#include <chrono>
#include <cmath>

#include <nlohmann/json.hpp>

#include "libcommon/base/time_text.h"

namespace flu::dvr {
namespace {

nlohmann::json seconds(media::Ticks time) {
  constexpr std::int64_t kSecond = 90'000;
  if (time.count() % kSecond == 0) return time.count() / kSecond;
  return std::round(static_cast<double>(time.count()) / 90) / 1000;
}

}  // namespace

std::string time_text(media::Timestamp time) {
  return flu::time_text(media::to_wall(time));
}

nlohmann::json range_json(const segment::TimeRange& range) {
  return {{"from", seconds(range.from)}, {"duration", seconds(range.to - range.from)}};
}

}  // namespace flu::dvr
