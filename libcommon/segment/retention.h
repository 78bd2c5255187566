#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "libcommon/media/time.h"
#include "libcommon/segment/archive_timeline.h"
#include "libcommon/segment/hour_index.h"
#include "libcommon/segment/lock_record.h"

namespace flu::segment {

// What of archives goes: a decision, made of what is known of them. Whole hours, the oldest first;
// of an hour that is partly needed whole blobs, the oldest first. Never what a lock overlaps, nor
// the blob that is being recorded.

inline constexpr std::chrono::seconds kMaxDepth{std::int64_t{1000} * 366 * 24 * 3600};

// What is not set is no limit.
struct ArchiveLimits {
  std::optional<std::chrono::seconds> depth;
  std::optional<std::uint64_t> max_bytes;  // of the stream
  std::optional<unsigned> max_usage;       // percent of the disk that it lies on

  bool operator==(const ArchiveLimits&) const = default;
};

struct ArchiveBlob {
  std::uint16_t number = 0;
  TimeRange time;
  std::uint64_t bytes = 0;

  bool operator==(const ArchiveBlob&) const = default;
};

struct ArchiveHour {
  Hour hour = 0;
  TimeRange time;  // of its segments; the hour itself where it has none
  std::uint64_t bytes = 0;
  std::uint32_t blobs = 0;
  bool is_open = false;      // a recorder may write to it
  bool is_leftover = false;  // its media is gone already: a cleaning did not come to its end
};

struct StreamArchive {
  std::string name;
  std::vector<ArchiveHour> hours;  // in order of time
  LockSet locks;
  ArchiveLimits limits;
};

// As df tells it: what only the system may use counts for neither.
struct DiskUse {
  std::uint64_t used = 0;
  std::uint64_t available = 0;
};

enum class CleanReason : std::uint8_t {
  kAge,       // older than the stream's depth
  kSize,      // the stream is larger than it may be
  kDisk,      // the disk is fuller than the stream allows
  kFull,      // the disk is full: room is needed at once
  kLeftover,  // what an interrupted cleaning left
};

struct Deletion {
  std::size_t stream = 0;  // which of those given
  Hour hour = 0;
  std::optional<std::uint16_t> blob;  // not set: the hour with all that belongs to it
  TimeRange time;
  std::uint64_t bytes = 0;
  CleanReason reason = CleanReason::kAge;
  // Of kAge: the depth, s. Of kSize, kDisk: the limit, bytes or percent, and by how many bytes it
  // was exceeded when it was this one's turn. Of kFull: how many bytes were still needed.
  std::uint64_t limit = 0;
  std::uint64_t over = 0;
};

// A limit that cannot be held: what is left is locked or being recorded.
struct Shortfall {
  std::optional<std::size_t> stream;  // not set: the disk
  CleanReason reason = CleanReason::kSize;
  std::uint64_t limit = 0;
  std::uint64_t over = 0;  // bytes
};

struct CleanPlan {
  std::vector<Deletion> deletions;  // in the order in which they are to be done
  std::vector<Shortfall> shortfalls;
};

struct CleanInput {
  std::vector<StreamArchive> streams;
  DiskUse disk;
  std::uint64_t needed = 0;  // bytes that must become free, whatever the limits say
  media::Timestamp now{0};
  // The blobs of an hour that has more than one, or is open: asked only where it matters.
  std::function<std::vector<ArchiveBlob>(std::size_t stream, Hour hour)> blobs_of;
};

CleanPlan plan_cleaning(const CleanInput& input);

// "older than 5d", "stream over 10G by 1.2G", "disk 93 % full, limit 90 %".
std::string reason_text(const Deletion& deletion, const DiskUse& disk);
std::string shortfall_text(const Shortfall& shortfall);
// "age", "size", "disk", "full", "leftover".
std::string_view to_string(CleanReason reason);

}  // namespace flu::segment
