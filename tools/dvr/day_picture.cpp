#include "tools/dvr/day_picture.h"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

#include "libcommon/base/time_text.h"
#include "libcommon/media/time.h"

namespace flu::dvr {
namespace {

using segment::TimeRange;

constexpr std::int64_t kCell = std::int64_t{15} * 60 * 90'000;
constexpr unsigned kCellsAnHour = 4;
constexpr unsigned kCells = 24 * kCellsAnHour;

// Lost frames at a cut do not make a cell half empty.
constexpr std::int64_t kNearlyAll = kCell - std::int64_t{2} * 90'000;

std::string_view cell_of(std::int64_t recorded) {
  if (recorded >= kNearlyAll) return "█";
  return recorded > 0 ? "▄" : "·";
}

}  // namespace

std::vector<std::string> day_pictures(const std::vector<TimeRange>& ranges) {
  std::vector<std::string> out;
  if (ranges.empty()) return out;
  constexpr std::int64_t kDay = kCell * kCells;
  auto range = ranges.begin();
  const std::int64_t last = (ranges.back().to.count() - 1) / kDay;
  for (std::int64_t day = ranges.front().from.count() / kDay; day <= last; ++day) {
    std::vector<std::int64_t> recorded(kCells);
    while (range != ranges.end() && range->to.count() <= day * kDay) ++range;
    for (auto each = range; each != ranges.end() && each->from.count() < (day + 1) * kDay; ++each) {
      const std::int64_t from = std::max(each->from.count() - day * kDay, std::int64_t{0});
      const std::int64_t to = std::min(each->to.count() - day * kDay, kDay);
      for (std::int64_t cell = from / kCell; cell * kCell < to; ++cell) {
        recorded[static_cast<std::size_t>(cell)] +=
            std::min(to, (cell + 1) * kCell) - std::max(from, cell * kCell);
      }
    }
    std::string line = time_text(media::to_wall(media::Timestamp(day * kDay))).substr(0, 10) + " ";
    for (unsigned cell = 0; cell < kCells; ++cell) {
      if (cell % kCellsAnHour == 0) line += cell % (6 * kCellsAnHour) == 0 ? "|" : " ";
      line += cell_of(recorded[cell]);
    }
    out.push_back(line + "|");
  }
  return out;
}

}  // namespace flu::dvr
