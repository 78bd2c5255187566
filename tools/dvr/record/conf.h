#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libcommon/base/result.h"
#include "libcommon/segment/retention.h"
#include "tools/dvr/record/schedule.h"

namespace flu::dvr {

// One stream that the configuration wants recorded.
struct RecordedStream {
  std::string name;
  bool is_recording = true;  // not: offline, or disabled for now
  std::vector<DailyInterval> schedule;
  segment::ArchiveLimits limits;  // when its recordings go
  bool has_index = true;          // without one nobody cleans it once the configuration lacks it

  bool operator==(const RecordedStream&) const = default;
};

// RUN_DIR/conf/dvr@ROOT.json. kMalformed where it is no such file; a stream in it that cannot be
// understood is left out.
Result<std::vector<RecordedStream>> parse_conf(std::string_view text);

}  // namespace flu::dvr
