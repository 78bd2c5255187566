// Tested by tests/unit/segment/retention_test.cpp
#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "libcommon/base/text.h"
#include "libcommon/segment/retention.h"

namespace flu::segment {
namespace {

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
