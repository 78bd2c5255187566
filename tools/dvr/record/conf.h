#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcommon/base/result.h"
#include "tools/dvr/record/schedule.h"

namespace flu::dvr {

// One stream that the configuration wants recorded.
struct RecordedStream {
  std::string name;
  bool is_recording = true;  // not: offline, or disabled for now
  std::vector<DailyInterval> schedule;
  // When its recordings go. What is not set is no limit.
  std::optional<std::chrono::seconds> depth;
  std::optional<std::uint64_t> max_bytes;
  std::optional<unsigned> max_usage;  // percent of the disk
  bool has_index = true;

  bool operator==(const RecordedStream&) const = default;
};

// RUN_DIR/conf/dvr@ROOT.json. kMalformed where it is no such file; a stream in it that cannot be
// understood is left out.
Result<std::vector<RecordedStream>> parse_conf(std::string_view text);

}  // namespace flu::dvr
