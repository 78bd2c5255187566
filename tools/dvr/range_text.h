#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "libcommon/media/time.h"
#include "libcommon/segment/archive_timeline.h"

namespace flu::dvr {

// "2026-11-24T03:44:02Z"
std::string time_text(media::Timestamp time);

// {"from": Unix seconds, "duration": seconds}; whole numbers where they are.
nlohmann::json range_json(const segment::TimeRange& range);

}  // namespace flu::dvr
