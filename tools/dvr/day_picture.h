#pragma once

#include <string>
#include <vector>

#include "libcommon/segment/archive_timeline.h"

namespace flu::dvr {

// One line a UTC day, from the first to the last of the ranges: its date and four cells an hour,
// full where it is wholly recorded, half where some of it is, a dot where nothing is.
//
//   2026-11-24  ░░░░ ...
std::vector<std::string> day_pictures(const std::vector<segment::TimeRange>& ranges);

}  // namespace flu::dvr
