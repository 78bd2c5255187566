#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libcommon/media/time.h"

namespace flu::manifest {

// A part's name: the start of its segment in UTC and its number there. A number behind the
// segment's last part names the first one of the segment that follows; so does the playlist, since
// that is how it is hinted at before anybody knows when it begins.
struct PartName {
  std::int64_t segment_ms = 0;  // UTC, milliseconds since 1970
  std::uint32_t index = 0;

  bool operator==(const PartName&) const = default;
};

PartName part_name(media::Timestamp segment_start, std::size_t index);

// "2026/11/22/07/10/05123-p3".
std::string write_part_path(const PartName& name);

// Exactly what write_part_path writes.
std::optional<PartName> parse_part_path(std::string_view path);

}  // namespace flu::manifest
