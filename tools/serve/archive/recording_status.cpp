#include "tools/serve/archive/recording_status.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "libcommon/base/text.h"
#include "libcommon/wire/http/target.h"
#include "tools/serve/archive/archive_ask.h"

namespace flu::serve {
namespace {

using nlohmann::json;
using segment::TimeRange;

constexpr media::Ticks kLongestDetailed = std::chrono::hours(4 * 24);

std::int64_t seconds_of(media::Timestamp time) {
  return std::chrono::floor<std::chrono::seconds>(time).count();
}

Result<media::Timestamp> time_of(std::string_view name, std::string_view text) {
  const auto seconds = parse_unsigned(text);
  if (!seconds) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("{} is a time in seconds since 1970, UTC.", name));
  }
  return ticks_of(*seconds);
}

Result<void> take_word(std::string_view word, StatusAsk& ask) {
  if (word == "ranges") {
    ask.wants_ranges = true;
  } else if (word == "hour_bitmap") {
    ask.wants_hours = true;
  } else if (word == "brief_thumbnails") {
    ask.wants_thumbnails = true;
  } else if (word == "locks") {
    ask.wants_locks = true;
  } else if (word == "motion_log") {
    ask.wants_motion = true;
  } else if (word == "force_detailed") {
    ask.is_detailed = true;
  } else if (!word.empty()) {
    return fail(ErrorCode::kInvalidArgument,
                "request is some of ranges, hour_bitmap, brief_thumbnails, locks, motion_log and "
                "force_detailed, with commas between them.");
  }
  return {};
}

Result<void> take_words(std::string_view words, StatusAsk& ask) {
  while (!words.empty()) {
    const auto comma = words.find(',');
    FLU_TRY(take_word(words.substr(0, comma), ask));
    if (comma == std::string_view::npos) break;
    words.remove_prefix(comma + 1);
  }
  return {};
}

json write_ranges(const std::vector<TimeRange>& ranges) {
  json list = json::array();
  for (const TimeRange& range : ranges) {
    const std::int64_t from = seconds_of(range.from);
    list.push_back({{"from", from}, {"duration", seconds_of(range.to) - from}});
  }
  return list;
}

// A letter for each hour from that of `from` to that of `to`: 1 where something is recorded.
std::string write_hours(const TimeRange& range, const std::vector<segment::HourSummary>& hours) {
  std::string out;
  constexpr segment::Hour kMostHours = 20 * 366 * 24;
  if (range.from >= range.to) return out;
  const segment::Hour first = segment::hour_of(range.from);
  const segment::Hour last = segment::hour_of(range.to - media::Ticks(1));
  if (last - first >= kMostHours) return out;  // from 1970 on: nobody means that
  out.assign(last - first + 1, '0');
  for (const segment::HourSummary& hour : hours) {
    if (hour.hour >= first && hour.hour <= last) out[hour.hour - first] = '1';
  }
  return out;
}

}  // namespace

bool StatusAsk::is_brief() const {
  return range && !is_detailed && range->to - range->from > kLongestDetailed;
}

Result<StatusAsk> parse_status_ask(std::string_view query, media::Timestamp now) {
  StatusAsk ask;
  const auto words = wire::query_value(query, "request");
  if (words) FLU_TRY(take_words(*words, ask));
  const bool wants_something =
      ask.wants_hours || ask.wants_thumbnails || ask.wants_locks || ask.wants_motion;
  if (!wants_something) ask.wants_ranges = true;
  if (ask.wants_ranges) ask.wants_hours = false;  // it is one or the other
  const auto from = wire::query_value(query, "from");
  if (!from) return ask;
  FLU_TRY_ASSIGN(const media::Timestamp begin, time_of("from", *from));
  media::Timestamp end = now;
  const auto to = wire::query_value(query, "to");
  if (to && !to->empty() && *to != "now") {
    FLU_TRY_ASSIGN(end, time_of("to", *to));
  }
  ask.range = TimeRange{begin, std::min(end, now)};
  return ask;
}

std::string write_extent(std::string_view stream, const std::optional<TimeRange>& extent) {
  json times = json::object();
  if (extent) times = {{"from", seconds_of(extent->from)}, {"to", seconds_of(extent->to)}};
  return json{{std::string(stream), std::move(times)}}.dump() + "\n";
}

std::string write_status(std::string_view stream, const StatusAsk& ask, const StatusFacts& facts) {
  json out{{"stream", stream}};
  if (ask.wants_ranges) {
    out["ranges"] = write_ranges(facts.ranges);
  }
  if (ask.wants_hours && ask.range) out["hour_bitmap"] = write_hours(*ask.range, facts.hours);
  if (ask.wants_locks) out["locks"] = write_ranges(facts.locks);
  // Nothing of these is kept in an archive.
  if (ask.wants_thumbnails) out["brief_thumbnails"] = json::array();
  if (ask.wants_motion) out["motion_log"] = json::array();
  if (ask.is_brief()) out["warning"] = "too_big_range";
  return json::array({std::move(out)}).dump() + "\n";
}

std::vector<TimeRange> brief_ranges(const std::vector<segment::HourSummary>& hours,
                                    const TimeRange& range) {
  std::vector<TimeRange> out;
  for (const segment::HourSummary& hour : hours) {
    const TimeRange cut{std::max(hour.first, range.from), std::min(hour.last, range.to)};
    if (cut.from < cut.to) segment::add_range(out, cut);
  }
  return out;
}

}  // namespace flu::serve
