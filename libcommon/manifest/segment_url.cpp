#include "libcommon/manifest/segment_url.h"

#include <array>
#include <charconv>
#include <chrono>
#include <vector>

#include <fmt/format.h>

#include "libcommon/base/text.h"

namespace flu::manifest {
namespace {

using std::chrono::milliseconds;
using UtcMs = std::chrono::time_point<std::chrono::system_clock, milliseconds>;

constexpr std::size_t kDurationDigits = 5;     // zero-padded to these
constexpr std::size_t kMaxDurationDigits = 8;  // a day and more; the longest segment is far shorter

constexpr std::string_view kInitPrefix = "init-";
constexpr std::string_view kInitSuffix = ".mp4";

// Exactly `digits` decimal digits.
std::optional<unsigned> parse_digits(std::string_view text, std::size_t digits) {
  if (text.size() != digits) return std::nullopt;
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// "04000", "123456": padded to five digits, never more zeros than that.
std::optional<unsigned> parse_duration_ms(std::string_view text) {
  if (text.size() < kDurationDigits || text.size() > kMaxDurationDigits) return std::nullopt;
  if (text.size() > kDurationDigits && text.front() == '0') return std::nullopt;
  return parse_digits(text, text.size());
}

}  // namespace

SegmentTime segment_time(media::Timestamp start, media::Ticks duration) {
  return {std::chrono::floor<milliseconds>(start).count(),
          static_cast<std::uint32_t>(std::chrono::round<milliseconds>(duration).count()), true};
}

bool is_same_segment(const SegmentTime& asked, const SegmentTime& of) {
  if (asked.duration_ms != of.duration_ms) return false;
  if (asked.has_ms) return asked.start_ms == of.start_ms;
  return asked.start_ms / 1000 == of.start_ms / 1000;
}

std::string write_segment_path(const SegmentTime& time) {
  const UtcMs start{milliseconds(time.start_ms)};
  const auto midnight = std::chrono::floor<std::chrono::days>(start);
  const std::chrono::year_month_day date(midnight);
  const std::chrono::hh_mm_ss clock(start - midnight);
  std::string path =
      fmt::format("{:04}/{:02}/{:02}/{:02}/{:02}/{:02}", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  clock.hours().count(), clock.minutes().count(), clock.seconds().count());
  if (time.has_ms) path += fmt::format("{:03}", clock.subseconds().count());
  return path + fmt::format("-{:05}", time.duration_ms);
}

std::optional<SegmentTime> parse_segment_path(std::string_view path) {
  const auto parts = split(path, '/');
  if (parts.size() != 6) return std::nullopt;
  const auto dash = parts[5].find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const std::string_view seconds = parts[5].substr(0, dash);
  const bool has_ms = seconds.size() == 5;

  const auto year = parse_digits(parts[0], 4);
  const auto month = parse_digits(parts[1], 2);
  const auto day = parse_digits(parts[2], 2);
  const auto hour = parse_digits(parts[3], 2);
  const auto minute = parse_digits(parts[4], 2);
  const auto second = parse_digits(seconds.substr(0, 2), 2);
  const auto ms = has_ms ? parse_digits(seconds.substr(2), 3) : std::optional<unsigned>(0);
  const auto duration = parse_duration_ms(parts[5].substr(dash + 1));
  if (!year || !month || !day || !hour || !minute || !second || !ms || !duration) {
    return std::nullopt;
  }
  if (!has_ms && seconds.size() != 2) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(*month), std::chrono::day(*day)};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  const milliseconds since_1970 = std::chrono::sys_days(date).time_since_epoch() +
                                  std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
                                  std::chrono::seconds(*second) + milliseconds(*ms);
  return SegmentTime{since_1970.count(), *duration, has_ms};
}

std::string write_init_name(std::uint64_t hash) {
  return fmt::format("{}{:016x}{}", kInitPrefix, hash, kInitSuffix);
}

std::optional<std::uint64_t> parse_init_name(std::string_view name) {
  constexpr std::size_t kDigits = 16;
  if (name.size() != kInitPrefix.size() + kDigits + kInitSuffix.size()) return std::nullopt;
  if (!name.starts_with(kInitPrefix) || !name.ends_with(kInitSuffix)) return std::nullopt;
  const std::string_view digits = name.substr(kInitPrefix.size(), kDigits);
  std::uint64_t hash = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + kDigits, hash, 16);
  if (error != std::errc{} || end != digits.data() + kDigits) return std::nullopt;
  if (write_init_name(hash) != name) return std::nullopt;  // capitals
  return hash;
}

}  // namespace flu::manifest
