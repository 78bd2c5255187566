// Tested by tests/unit/segment/retention_test.cpp
#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "libcommon/segment/retention.h"

namespace flu::segment {
namespace {

// As options take them: 10G, 1.2G, 300M.
std::string size_text(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 5> kUnits{"", "K", "M", "G", "T"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 1023.95 && unit + 1 < kUnits.size(); ++unit) value /= 1024;
  std::string text = fmt::format("{:.1f}", value);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text + std::string(kUnits[unit]);
}

// 5d, 36h, 90m, 30s.
std::string depth_text(std::uint64_t seconds) {
  if (seconds % 86'400 == 0) return fmt::format("{}d", seconds / 86'400);
  if (seconds % 3600 == 0) return fmt::format("{}h", seconds / 3600);
  if (seconds % 60 == 0) return fmt::format("{}m", seconds / 60);
  return fmt::format("{}s", seconds);
}

}  // namespace

std::string_view to_string(CleanReason reason) {
  switch (reason) {
    case CleanReason::kAge: return "age";
    case CleanReason::kSize: return "size";
    case CleanReason::kDisk: return "disk";
    case CleanReason::kFull: return "full";
    case CleanReason::kLeftover: return "leftover";
  }
  return "";
}

std::string reason_text(const Deletion& deletion, const DiskUse& disk) {
  switch (deletion.reason) {
    case CleanReason::kAge: return "older than " + depth_text(deletion.limit);
    case CleanReason::kSize:
      return fmt::format("stream over {} by {}", size_text(deletion.limit),
                         size_text(deletion.over));
    case CleanReason::kDisk: {
      const auto size = static_cast<double>(disk.used) + static_cast<double>(disk.available);
      const double full = static_cast<double>(deletion.limit) +
                          100 * static_cast<double>(deletion.over) / std::max(size, 1.0);
      return fmt::format("disk {:.{}f} % full, limit {} %", full,
                         full - static_cast<double>(deletion.limit) < 1 ? 2 : 0, deletion.limit);
    }
    case CleanReason::kFull: return fmt::format("disk full, {} needed", size_text(deletion.over));
    case CleanReason::kLeftover: return "nothing is left of it";
  }
  return "";
}

std::string shortfall_text(const Shortfall& shortfall) {
  constexpr std::string_view kRest = "what is left is locked or being recorded";
  switch (shortfall.reason) {
    case CleanReason::kSize:
      return fmt::format("over {} by {}: {}", size_text(shortfall.limit), size_text(shortfall.over),
                         kRest);
    case CleanReason::kDisk:
      return fmt::format("disk over {} % by {}: {}", shortfall.limit, size_text(shortfall.over),
                         kRest);
    default: return fmt::format("disk full, {} needed: {}", size_text(shortfall.over), kRest);
  }
}

}  // namespace flu::segment
