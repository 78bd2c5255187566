// Tested by tests/unit/store/archive_writer_test.cpp
#include "libcommon/store/find_hours.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "libcommon/store/window_names.h"

namespace flu::store {
namespace {

namespace fs = std::filesystem;

// Of exactly so many digits.
std::optional<unsigned> number(std::string_view text, std::size_t digits) {
  unsigned value = 0;
  if (text.size() != digits) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

struct Named {
  unsigned value = 0;
  std::string path;
};

// What in a folder is a number of so many digits, with that ending. A link is not followed.
Result<std::vector<Named>> numbered(const std::string& folder, std::size_t digits,
                                    std::string_view ending) {
  std::error_code error;
  std::vector<Named> out;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (!name.ends_with(ending) || entry->is_symlink()) continue;
    const auto value =
        number(std::string_view(name).substr(0, name.size() - ending.size()), digits);
    if (value) out.push_back({*value, in_folder(folder, name)});
  }
  if (error) {
    return fail(ErrorCode::kUnavailable, fmt::format("list {}: {}", folder, error.message()));
  }
  return out;
}

}  // namespace

Result<std::vector<segment::Hour>> find_hours(const std::string& folder) {
  std::vector<segment::Hour> out;
  FLU_TRY_ASSIGN(const auto years, numbered(folder, 4, ""));
  for (const Named& year : years) {
    FLU_TRY_ASSIGN(const auto months, numbered(year.path, 2, ""));
    for (const Named& month : months) {
      FLU_TRY_ASSIGN(const auto days, numbered(month.path, 2, ""));
      for (const Named& day : days) {
        const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(year.value)),
                                               std::chrono::month(month.value),
                                               std::chrono::day(day.value)};
        if (!date.ok() || year.value < 1970) continue;
        const auto since = std::chrono::sys_days(date).time_since_epoch().count();
        FLU_TRY_ASSIGN(const auto hours, numbered(day.path, 2, ".idx"));
        for (const Named& hour : hours) {
          if (hour.value < 24) {
            out.push_back(static_cast<segment::Hour>(since) * 24 + hour.value);
          }
        }
      }
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace flu::store
