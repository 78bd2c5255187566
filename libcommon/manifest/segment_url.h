#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libcommon/media/time.h"

namespace flu::manifest {

// A segment's name: its start in UTC and its duration. The same in the live window, the archive and
// on every node, so that the bytes behind an address never change.
struct SegmentTime {
  std::int64_t start_ms = 0;  // UTC, milliseconds since 1970; whole seconds without has_ms
  std::uint32_t duration_ms = 0;
  bool has_ms = true;  // false: the form without milliseconds, which names the second only

  bool operator==(const SegmentTime&) const = default;
};

// Start rounded down, duration to the nearest millisecond.
SegmentTime segment_time(media::Timestamp start, media::Ticks duration);

// Does `asked`, with or without milliseconds, name the segment `of`?
bool is_same_segment(const SegmentTime& asked, const SegmentTime& of);

// "2026/11/22/07/10/05123-04000": year/month/day/hour/minute/second and milliseconds-duration.
std::string write_segment_path(const SegmentTime& time);

// Exactly what write_segment_path writes, or ".../05-04000" without milliseconds.
std::optional<SegmentTime> parse_segment_path(std::string_view path);

// "init-0123456789abcdef.mp4": an init by the first eight bytes of the SHA-256 of what is behind
// the address, so that other tracks are another address.
std::string write_init_name(std::uint64_t hash);

// Exactly what write_init_name writes.
std::optional<std::uint64_t> parse_init_name(std::string_view name);

}  // namespace flu::manifest
