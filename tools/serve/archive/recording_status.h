#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcommon/base/result.h"
#include "libcommon/segment/archive_timeline.h"
#include "libcommon/segment/hour_index.h"

namespace flu::serve {

// What NAME/recording_status.json is asked. Pure.
struct StatusAsk {
  std::optional<segment::TimeRange> range;  // nullopt: from where to where the archive goes
  bool wants_ranges = false;
  bool wants_hours = false;
  bool wants_thumbnails = false;
  bool wants_locks = false;
  bool wants_motion = false;
  bool is_detailed = false;  // however long the range is

  // Too long for an answer to the second: by hours.
  [[nodiscard]] bool is_brief() const;
};

// `to` is `now` where it is left out. kInvalidArgument, in words for the client.
Result<StatusAsk> parse_status_ask(std::string_view query, media::Timestamp now);

// {"NAME":{"from":SECONDS,"to":SECONDS}}; {"NAME":{}} where nothing is recorded.
std::string write_extent(std::string_view stream, const std::optional<segment::TimeRange>& extent);

// [{"stream":"NAME","ranges":[{"from":SECONDS,"duration":SECONDS}], ...}]. `ranges` are cut to what
// was asked for; `hours` are those that it touches.
struct StatusFacts {
  std::vector<segment::TimeRange> ranges;
  std::vector<segment::HourSummary> hours;
  std::vector<segment::TimeRange> locks;
};
std::string write_status(std::string_view stream, const StatusAsk& ask, const StatusFacts& facts);

// What is known of the hours alone: holes in them are not seen.
std::vector<segment::TimeRange> brief_ranges(const std::vector<segment::HourSummary>& hours,
                                             const segment::TimeRange& range);

}  // namespace flu::serve
