#include "libcommon/wire/http/date.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include <fmt/format.h>

#include "libcommon/base/text.h"

namespace flu::wire {
namespace {

constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct Calendar {
  unsigned weekday, day, month;
  int year;
  std::string clock;
};

Calendar calendar(WallTime time) {
  const auto midnight = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(midnight);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - midnight));
  return {std::chrono::weekday(midnight).c_encoding(), static_cast<unsigned>(date.day()),
          static_cast<unsigned>(date.month()), static_cast<int>(date.year()),
          fmt::format("{:02}:{:02}:{:02}", clock.hours().count(), clock.minutes().count(),
                      clock.seconds().count())};
}

// The text is taken from its front; each step may find that it is no date.
class DateReader {
 public:
  explicit DateReader(std::string_view text) : rest_(text) {}

  void skip(std::string_view wanted) {
    is_good_ = is_good_ && rest_.starts_with(wanted);
    if (is_good_) rest_.remove_prefix(wanted.size());
  }
  unsigned number(std::size_t digits) {
    const auto value = parse_unsigned(rest_.substr(0, digits));
    is_good_ = is_good_ && value && rest_.size() >= digits;
    if (!is_good_) return 0;
    rest_.remove_prefix(digits);
    return static_cast<unsigned>(*value);
  }
  unsigned month() {
    const auto* const found = std::find(kMonths.begin(), kMonths.end(), rest_.substr(0, 3));
    skip(found == kMonths.end() ? "no month" : *found);
    return static_cast<unsigned>(found - kMonths.begin()) + 1;
  }
  std::chrono::seconds clock() {
    const unsigned hours = number(2);
    skip(":");
    const unsigned minutes = number(2);
    skip(":");
    const unsigned seconds = number(2);
    is_good_ = is_good_ && hours < 24 && minutes < 60 && seconds <= 60;  // a leap second
    return std::chrono::hours(hours) + std::chrono::minutes(minutes) +
           std::chrono::seconds(seconds);
  }
  bool take(std::string_view wanted) {
    if (!rest_.starts_with(wanted)) return false;
    rest_.remove_prefix(wanted.size());
    return true;
  }
  [[nodiscard]] bool is_done() const { return is_good_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool is_good_ = true;
};

struct Date {
  unsigned day = 0, month = 0, year = 0;
  std::chrono::seconds clock{};
};

// "Nov  6 08:49:37 1994", of asctime().
Date read_asctime(DateReader& reader) {
  Date out;
  out.month = reader.month();
  reader.skip(" ");
  out.day = reader.take(" ") ? reader.number(1) : reader.number(2);
  reader.skip(" ");
  out.clock = reader.clock();
  reader.skip(" ");
  out.year = reader.number(4);
  return out;
}

// "06 Nov 1994 08:49:37 GMT", or of RFC 850 "06-Nov-94 08:49:37 GMT".
Date read_usual(DateReader& reader) {
  constexpr unsigned kFirstYear = 70;  // with two digits: 1970 to 2069
  Date out;
  out.day = reader.number(2);
  const bool is_old = reader.take("-");
  if (!is_old) reader.skip(" ");
  out.month = reader.month();
  reader.skip(is_old ? "-" : " ");
  out.year = reader.number(is_old ? 2 : 4);
  if (is_old) out.year += out.year < kFirstYear ? 2000 : 1900;
  reader.skip(" ");
  out.clock = reader.clock();
  reader.skip(" GMT");
  return out;
}

}  // namespace

std::optional<WallTime> parse_http_date(std::string_view text) {
  // The name of the day says nothing new.
  const auto name_end = text.find(' ');
  if (name_end == std::string_view::npos) return std::nullopt;
  const bool is_usual = name_end > 0 && text[name_end - 1] == ',';
  DateReader reader(text.substr(name_end + 1));
  const Date date = is_usual ? read_usual(reader) : read_asctime(reader);
  const std::chrono::year_month_day day(std::chrono::year(static_cast<int>(date.year)),
                                        std::chrono::month(date.month), std::chrono::day(date.day));
  if (!reader.is_done() || !day.ok()) return std::nullopt;
  return WallTime(std::chrono::sys_days(day)) + date.clock;
}

std::string write_http_date(WallTime time) {
  const Calendar at = calendar(time);
  return fmt::format("{}, {:02} {} {:04} {} GMT", kDays.at(at.weekday), at.day,
                     kMonths.at(at.month - 1), at.year, at.clock);
}

std::string write_log_date(WallTime time) {
  const Calendar at = calendar(time);
  return fmt::format("{:02}/{}/{:04}:{} +0000", at.day, kMonths.at(at.month - 1), at.year,
                     at.clock);
}

}  // namespace flu::wire
