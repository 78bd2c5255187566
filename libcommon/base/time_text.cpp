#include "libcommon/base/time_text.h"

#include <algorithm>
#include <chrono>
#include <optional>

#include <fmt/format.h>

#include "libcommon/base/text.h"

namespace flu {
namespace {

using std::chrono::seconds;

// The years that a time stamp of ours can tell.
constexpr std::int64_t kLastSecond = 100'000'000'000;

tl::unexpected<Error> bad_time(std::string_view text) {
  return fail(
      ErrorCode::kInvalidArgument,
      fmt::format("expected a time such as 1795492091, 2026-11-24T08:00:00Z, now or now-1h, "
                  "found '{}'",
                  printable(text)));
}

// Takes exactly so many digits from the front.
std::optional<unsigned> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  const auto value = parse_unsigned(text.substr(0, digits));
  if (!value) return std::nullopt;
  text.remove_prefix(digits);
  return static_cast<unsigned>(*value);
}

bool take(std::string_view& text, char letter) {
  if (text.empty() || text.front() != letter) return false;
  text.remove_prefix(1);
  return true;
}

// "08:00", "08:00:00"
std::optional<seconds> take_clock(std::string_view& text) {
  const auto hour = take_number(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
  const auto minute = take_number(text, 2);
  if (!minute || *minute > 59) return std::nullopt;
  unsigned second = 0;
  if (take(text, ':')) {
    const auto given = take_number(text, 2);
    if (!given || *given > 59) return std::nullopt;
    second = *given;
  }
  return seconds((*hour * 60 + *minute) * 60 + second);
}

// What is to be taken off to come to UTC: "Z", "+01:00", nothing.
std::optional<seconds> take_zone(std::string_view& text) {
  if (take(text, 'Z')) return seconds(0);
  const bool is_east = take(text, '+');
  if (!is_east && !take(text, '-')) return seconds(0);
  const auto offset = take_clock(text);
  if (!offset) return std::nullopt;
  return is_east ? *offset : -*offset;
}

std::optional<WallTime> parse_iso(std::string_view text) {
  const auto year = take_number(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = take_number(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_number(text, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(*month), std::chrono::day(*day)};
  if (!date.ok() || *year < 1970) return std::nullopt;
  const WallTime midnight{std::chrono::sys_days(date)};
  if (text.empty()) return midnight;
  if (!take(text, 'T') && !take(text, ' ')) return std::nullopt;
  const auto clock = take_clock(text);
  if (!clock) return std::nullopt;
  const auto zone = take_zone(text);
  if (!zone || !text.empty()) return std::nullopt;
  return midnight + *clock - *zone;
}

}  // namespace

Result<WallTime> parse_time(std::string_view text, WallTime now) {
  constexpr std::string_view kNow = "now";
  if (text == kNow) return now;
  if (text.starts_with(kNow) && text.size() > kNow.size() && text[kNow.size()] == '-') {
    const auto ago = parse_duration(text.substr(kNow.size() + 1));
    if (!ago || now.time_since_epoch() < *ago) return bad_time(text);
    return now - *ago;
  }
  const bool is_number = !text.empty() && text.find_first_not_of("0123456789.") == text.npos;
  if (is_number) {
    const auto since_1970 = parse_duration(text);  // a bare number is seconds
    if (!since_1970 || *since_1970 > seconds(kLastSecond)) return bad_time(text);
    return WallTime(*since_1970);
  }
  if (const auto time = parse_iso(text)) return *time;
  return bad_time(text);
}

std::string time_text(WallTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{std::chrono::floor<seconds>(time - day)};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

}  // namespace flu
