#include "tools/dvr/clean_limits.h"

#include <string_view>

#include <fmt/format.h>

#include "libcommon/base/clock.h"
#include "libcommon/base/text.h"
#include "libcommon/base/time_text.h"

namespace flu::dvr {
namespace {

bool ends_with_digit(std::string_view text) {
  return !text.empty() && text.back() >= '0' && text.back() <= '9';
}

Result<segment::ArchiveLimits> refuse(std::string_view option, std::string_view expected,
                                      std::string_view found) {
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("{}: expected {}, found '{}'", option, expected, printable(found)));
}

}  // namespace

Result<segment::ArchiveLimits> parse_limits(const Options& options) {
  segment::ArchiveLimits out;
  if (!options.depth.empty()) {
    const auto depth = parse_duration(options.depth);
    if (!depth || ends_with_digit(options.depth) || *depth < std::chrono::seconds(1)) {
      return refuse("--depth", "a time with its unit, such as 36h or 5d", options.depth);
    }
    out.depth = std::chrono::ceil<std::chrono::seconds>(*depth);
  }
  if (!options.max_size.empty()) {
    const auto size = parse_size(options.max_size);
    if (!size || ends_with_digit(options.max_size) || *size == 0) {
      return refuse("--max-size", "a size with its unit, such as 500G", options.max_size);
    }
    out.max_bytes = *size;
  }
  if (!options.max_usage.empty()) {
    std::string_view text = options.max_usage;
    if (text.ends_with('%')) text.remove_suffix(1);
    const auto usage = parse_unsigned(text);
    if (!usage || *usage == 0 || *usage > 100) {
      return refuse("--max-usage", "1% to 100%", options.max_usage);
    }
    out.max_usage = static_cast<unsigned>(*usage);
  }
  return out;
}

Result<segment::TimeRange> parse_range(const Options& options) {
  FLU_TRY_ASSIGN(const WallTime start, parse_time(options.from, wall_now()));
  const media::Timestamp from = media::to_timestamp(start);
  if (!media::is_utc(from)) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("--from: expected a time from 2001-09-09 on, found '{}'",
                            printable(options.from)));
  }
  const auto duration = parse_duration(options.duration);
  if (!duration || duration->count() == 0 || from + *duration > media::kMaxUtc) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("--duration: expected seconds, or a time such as 20m, found '{}'",
                            printable(options.duration)));
  }
  return segment::TimeRange{from, from + *duration};
}

}  // namespace flu::dvr
