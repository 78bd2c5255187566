#pragma once

#include <vector>

#include "libcommon/media/time.h"

namespace flu::dvr {

// A part of each UTC day, in minutes: [from, to). Where `to` is not behind `from`, over midnight.
struct DailyInterval {
  unsigned from = 0;
  unsigned to = 0;

  bool operator==(const DailyInterval&) const = default;
};

// Is that time in one of them? Without any, always.
bool is_scheduled(const std::vector<DailyInterval>& schedule, media::Timestamp time);

}  // namespace flu::dvr
