#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "libcommon/media/time.h"
#include "libcommon/segment/index_record.h"

namespace flu::segment {

// The index files of an archive, little-endian: docs/format.md, "Archive".

using StreamUuid = std::array<std::uint8_t, 16>;

// Hours since 1970, UTC: how an archive is divided. A segment belongs to the hour it starts in.
using Hour = std::uint32_t;
inline constexpr media::Ticks kHourTicks{std::int64_t{3600} * 90'000};

inline Hour hour_of(media::Timestamp time) {
  return static_cast<Hour>(time.count() / kHourTicks.count());
}
inline media::Timestamp start_of(Hour hour) {
  return kHourTicks * std::int64_t{hour};
}

// HH.idx: the records of one hour in order of arrival, behind a header.
inline constexpr std::size_t kHourHeaderSize = 64;

struct HourHeader {
  std::uint16_t record_size = kRecordSize;
  Hour hour = 0;
  StreamUuid uuid{};

  bool operator==(const HourHeader&) const = default;
};

std::array<std::uint8_t, kHourHeaderSize> write_hour_header(const HourHeader& header);
// kMalformed on a wrong magic, checksum or size; kUnsupported of another version.
Result<HourHeader> parse_hour_header(Bytes bytes);

// What stands in an HH.idx of which any part may be damaged: nothing of it is an error.
struct HourRecords {
  std::optional<HourHeader> header;  // nullopt: damaged
  std::vector<IndexRecord> records;  // of all types, in order of arrival
  std::size_t damaged = 0;           // before the last good one
  std::size_t size = 0;  // bytes up to the end of the last good one; what is behind is torn
};

HourRecords read_hour_records(Bytes file);

// hours.idx: a header, then a summary of 64 bytes for each hour from the first on; of zeros where
// nothing is recorded.
inline constexpr std::size_t kHoursHeaderSize = 64;
inline constexpr std::size_t kSummarySize = 64;

struct HoursHeader {
  std::uint16_t summary_size = kSummarySize;
  Hour first = 0;
  StreamUuid uuid{};

  bool operator==(const HoursHeader&) const = default;
};

std::array<std::uint8_t, kHoursHeaderSize> write_hours_header(const HoursHeader& header);
Result<HoursHeader> parse_hours_header(Bytes bytes);

struct HourSummary {
  Hour hour = 0;
  std::uint32_t segments = 0;
  media::Timestamp first{0};  // start of the first
  media::Timestamp last{0};   // end of the last
  std::uint64_t bytes = 0;    // of its blobs
  std::uint32_t gaps = 0;     // holes between first and last
  std::uint32_t thumbnails = 0;
  bool is_closed = false;  // nothing more is coming: what stands here is the truth
  std::uint32_t blobs = 0;
  media::Ticks recorded{0};  // without the holes

  bool operator==(const HourSummary&) const = default;
};

std::array<std::uint8_t, kSummarySize> write_summary(const HourSummary& summary);
// nullopt: zeros, so nothing is recorded. kMalformed: damaged, HH.idx knows more.
Result<std::optional<HourSummary>> parse_summary(Bytes bytes);

}  // namespace flu::segment
