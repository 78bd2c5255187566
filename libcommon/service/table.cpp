#include "libcommon/service/table.h"

#include <algorithm>

#include <fmt/format.h>

namespace flu::service {
namespace {

// Continuation bytes of UTF-8 take no place on the screen.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

void append_row(std::string& out, const std::vector<std::string>& cells,
                const std::vector<Table::Column>& columns, const std::vector<std::size_t>& widths) {
  std::string line;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::string& cell = i < cells.size() ? cells[i] : std::string();
    const std::string padding(widths[i] - std::min(widths[i], width_of(cell)), ' ');
    if (i > 0) line += "  ";
    line += columns[i].is_number ? padding + cell : cell + padding;
  }
  line.erase(line.find_last_not_of(' ') + 1);
  out += line + "\n";
}

}  // namespace

std::string Table::to_text() const {
  std::vector<std::size_t> widths;
  std::vector<std::string> titles;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    titles.push_back(columns_[i].title);
    widths.push_back(width_of(columns_[i].title));
    for (const auto& row : rows_) {
      if (i < row.size()) widths[i] = std::max(widths[i], width_of(row[i]));
    }
  }
  std::string out;
  append_row(out, titles, columns_, widths);
  for (const auto& row : rows_) append_row(out, row, columns_, widths);
  return out;
}

std::string duration_text(std::int64_t seconds) {
  const std::int64_t minutes = seconds / 60;
  const std::int64_t hours = minutes / 60;
  if (seconds < 60) return fmt::format("{}s", seconds);
  if (minutes < 60) return fmt::format("{}m{:02}s", minutes, seconds % 60);
  if (hours < 24) return fmt::format("{}h{:02}m", hours, minutes % 60);
  return fmt::format("{}d{:02}h", hours / 24, hours % 24);
}

std::string bitrate_text(double bits_per_second) {
  if (bits_per_second < 1e6) return fmt::format("{:.0f} kbit/s", bits_per_second / 1e3);
  return fmt::format("{:.2f} Mbit/s", bits_per_second / 1e6);
}

std::string size_text(double bytes) {
  constexpr double kMebi = 1 << 20;
  if (bytes < 1024 * kMebi) return fmt::format("{:.1f} MiB", bytes / kMebi);
  return fmt::format("{:.1f} GiB", bytes / kMebi / 1024);
}

}  // namespace flu::service
