#include "libcommon/wire/http/date.h"

#include <array>
#include <string_view>

#include <fmt/format.h>

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

}  // namespace

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
