// Tested by tests/e2e/dvr/ls.sh
#include "tools/dvr/ls.h"

#include <cstdint>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "libcommon/base/clock.h"
#include "libcommon/base/time_text.h"
#include "libcommon/service/table.h"
#include "libcommon/store/archive_reader.h"
#include "tools/dvr/day_picture.h"
#include "tools/dvr/range_text.h"
#include "tools/dvr/stream_names.h"

namespace flu::dvr {
namespace {

using nlohmann::json;
using segment::TimeRange;

struct Listed {
  std::string stream;
  std::vector<TimeRange> ranges;
  std::uint64_t bytes = 0;  // of the hours that the ranges touch
};

std::int64_t whole_seconds(media::Ticks ticks) {
  return std::chrono::round<std::chrono::seconds>(ticks).count();
}

Result<TimeRange> asked_range(const Options& options) {
  TimeRange range{media::Timestamp(0), media::kMaxUtc};
  if (!options.from.empty()) {
    FLU_TRY_ASSIGN(const WallTime from, parse_time(options.from, wall_now()));
    range.from = media::to_timestamp(from);
  }
  if (!options.to.empty()) {
    FLU_TRY_ASSIGN(const WallTime to, parse_time(options.to, wall_now()));
    range.to = media::to_timestamp(to);
  }
  if (range.from >= range.to) {
    return fail(ErrorCode::kInvalidArgument, "--from: expected a time before that of --to");
  }
  return range;
}

Result<Listed> look_at(const std::string& root, const std::string& stream, const TimeRange& range) {
  FLU_TRY_ASSIGN(store::ArchiveReader reader, store::ArchiveReader::open(root, stream));
  Listed out{stream, {}, 0};
  FLU_TRY_ASSIGN(out.ranges, reader.ranges(range));
  FLU_TRY_ASSIGN(const auto hours, reader.hours(range));
  for (const segment::HourSummary& hour : hours) out.bytes += hour.bytes;
  return out;
}

json to_json(const Listed& listed) {
  json ranges = json::array();
  for (const TimeRange& range : listed.ranges) {
    ranges.push_back({{"from", whole_seconds(range.from)},
                      {"duration", whole_seconds(range.to) - whole_seconds(range.from)}});
  }
  return {{"stream", listed.stream}, {"ranges", std::move(ranges)}, {"bytes", listed.bytes}};
}

void print_table(const std::vector<Listed>& all) {
  service::Table table({{"STREAM"}, {"FROM"}, {"TO"}, {"DURATION", true}, {"SIZE", true}});
  for (const Listed& listed : all) {
    media::Ticks sum{0};
    for (const TimeRange& range : listed.ranges) {
      sum += range.to - range.from;
      table.add({listed.stream, time_text(range.from), time_text(range.to),
                 service::duration_text(whole_seconds(range.to - range.from)), ""});
    }
    table.add({listed.stream, listed.ranges.empty() ? "nothing" : "in all", "",
               service::duration_text(whole_seconds(sum)),
               service::size_text(static_cast<double>(listed.bytes))});
  }
  fmt::print("{}", table.to_text());
}

void print_pictures(const std::vector<Listed>& all) {
  for (const Listed& listed : all) {
    fmt::print(
        "{}\n           |00       03        |06       09        |12       15        |18  "
        "     21        |\n",
        listed.stream);
    for (const std::string& line : day_pictures(listed.ranges)) fmt::print("{}\n", line);
  }
}

}  // namespace

Result<void> ls(const Request& request) {
  FLU_TRY_ASSIGN(const TimeRange range, asked_range(request.options));
  FLU_TRY_ASSIGN(const auto names, streams_of(request.options));
  std::vector<Listed> all;
  for (const std::string& name : names) {
    FLU_TRY_ASSIGN(Listed listed, look_at(request.options.root, name, range));
    all.push_back(std::move(listed));
  }
  if (request.common.is_json) {
    json out = json::array();
    for (const Listed& listed : all) out.push_back(to_json(listed));
    fmt::print("{}\n", out.dump());
  } else if (request.options.is_picture) {
    print_pictures(all);
  } else {
    print_table(all);
  }
  return {};
}

}  // namespace flu::dvr
