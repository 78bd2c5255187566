#include "libcommon/store/window_index.h"

#include <algorithm>

#include <fmt/format.h>

#include "libcommon/base/crc32c.h"
#include "libcommon/base/little_endian.h"
#include "libcommon/io/file.h"
#include "libcommon/store/limits.h"

namespace flu::store {
namespace {

constexpr std::string_view kMagic = "FLUWIN1\n";
constexpr std::uint16_t kVersion = 1;
constexpr std::uint32_t kFlagEnded = 1;

constexpr std::size_t kAtVersion = 8;
constexpr std::size_t kAtRecordSize = 10;
constexpr std::size_t kAtCapacity = 12;
constexpr std::size_t kAtGeneration = 16;
constexpr std::size_t kAtUuid = 24;
constexpr std::size_t kAtTargetDuration = 40;
constexpr std::size_t kAtPartTarget = 44;
constexpr std::size_t kAtHead = 48;
constexpr std::size_t kAtTail = 56;
constexpr std::size_t kAtPlaylistSegments = 64;
constexpr std::size_t kAtFlags = 68;
constexpr std::size_t kAtRunStart = 72;
constexpr std::size_t kAtCrc = kWindowHeaderSize - 4;  // covers all before it

tl::unexpected<Error> malformed(std::string message) {
  return fail(ErrorCode::kMalformed, std::move(message));
}

}  // namespace

std::array<std::uint8_t, kWindowHeaderSize> write_window_header(const WindowHeader& header) {
  std::array<std::uint8_t, kWindowHeaderSize> out{};
  std::copy(kMagic.begin(), kMagic.end(), out.begin());
  put_little_endian(out, kAtVersion, kVersion);
  put_little_endian(out, kAtRecordSize, header.record_size);
  put_little_endian(out, kAtCapacity, header.capacity);
  put_little_endian(out, kAtGeneration, header.generation);
  std::copy(header.uuid.begin(), header.uuid.end(), out.begin() + kAtUuid);
  put_little_endian(out, kAtTargetDuration, header.target_duration);
  put_little_endian(out, kAtPartTarget, header.part_target);
  put_little_endian(out, kAtHead, header.head);
  put_little_endian(out, kAtTail, header.tail);
  put_little_endian(out, kAtPlaylistSegments, header.playlist_segments);
  put_little_endian(out, kAtFlags, header.has_ended ? kFlagEnded : 0U);
  put_little_endian(out, kAtRunStart, static_cast<std::uint64_t>(header.run_start.count()));
  put_little_endian(out, kAtCrc, crc32c(Bytes(out).first(kAtCrc)));
  return out;
}

Result<WindowHeader> parse_window_header(Bytes bytes) {
  if (bytes.size() < kWindowHeaderSize) {
    return malformed(
        fmt::format("window header: {} bytes, expected {}", bytes.size(), kWindowHeaderSize));
  }
  bytes = bytes.first(kWindowHeaderSize);
  if (as_text(bytes.first(kMagic.size())) != kMagic) {
    return malformed("window header: magic is not FLUWIN1");
  }
  if (const auto crc = crc32c(bytes.first(kAtCrc));
      crc != get_little_endian<std::uint32_t>(bytes, kAtCrc)) {
    return malformed("window header: wrong checksum");
  }
  if (const auto version = get_little_endian<std::uint16_t>(bytes, kAtVersion);
      version != kVersion) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("window header: version {}, expected {}", version, kVersion));
  }
  WindowHeader header;
  header.record_size = get_little_endian<std::uint16_t>(bytes, kAtRecordSize);
  header.capacity = get_little_endian<std::uint32_t>(bytes, kAtCapacity);
  header.generation = get_little_endian<std::uint64_t>(bytes, kAtGeneration);
  std::copy_n(bytes.begin() + kAtUuid, header.uuid.size(), header.uuid.begin());
  header.target_duration = get_little_endian<std::uint32_t>(bytes, kAtTargetDuration);
  header.part_target = get_little_endian<std::uint32_t>(bytes, kAtPartTarget);
  header.head = get_little_endian<std::uint64_t>(bytes, kAtHead);
  header.tail = get_little_endian<std::uint64_t>(bytes, kAtTail);
  header.playlist_segments = get_little_endian<std::uint32_t>(bytes, kAtPlaylistSegments);
  header.has_ended = (get_little_endian<std::uint32_t>(bytes, kAtFlags) & kFlagEnded) != 0;
  const auto run_start = get_little_endian<std::uint64_t>(bytes, kAtRunStart);
  if (run_start > static_cast<std::uint64_t>(media::kMaxUtc.count())) {
    return malformed(fmt::format("window header: run from {}, expected UTC", run_start));
  }
  header.run_start = media::Timestamp(static_cast<std::int64_t>(run_start));
  if (header.record_size < segment::kRecordSize || header.record_size > kMaxRecordSize) {
    return malformed(fmt::format("window header: records of {} bytes, expected {} to {}",
                                 header.record_size, segment::kRecordSize, kMaxRecordSize));
  }
  if (header.capacity == 0 || header.capacity > kMaxWindowRecords) {
    return malformed(fmt::format("window header: capacity {}, expected 1 to {}", header.capacity,
                                 kMaxWindowRecords));
  }
  if (header.tail > header.head || header.head - header.tail > header.capacity) {
    return malformed(fmt::format("window header: records {} to {} in {} slots", header.tail,
                                 header.head, header.capacity));
  }
  return header;
}

bool is_break(const segment::IndexRecord& before, const segment::IndexRecord& record) {
  constexpr media::Ticks kPlayedOver = std::chrono::seconds(5);
  return record.start - (before.start + media::Ticks(before.duration)) > kPlayedOver;
}

bool begins_run(const segment::IndexRecord& before, const segment::IndexRecord& record) {
  return record.init_hash != before.init_hash || is_break(before, record);
}

std::uint64_t record_offset(const WindowHeader& header, std::uint64_t number) {
  return kWindowHeaderSize + (number % header.capacity) * header.record_size;
}

Result<WindowHeader> read_window_header(int fd, std::string_view name) {
  FLU_TRY_ASSIGN(const Buffer bytes, io::pread_up_to(fd, kWindowHeaderSize, 0, name));
  auto header = parse_window_header(bytes);
  if (!header) return tl::unexpected(std::move(header).error().with_context(std::string(name)));
  return header;
}

std::size_t count_shown(const std::vector<segment::IndexRecord>& records, std::size_t segments,
                        std::uint32_t target_duration) {
  if (segments == 0) return records.size();
  const std::uint64_t wanted = std::uint64_t{target_duration} * 3 * 90'000;
  std::uint64_t length = 0;
  std::size_t count = 0;
  while (count < records.size() && (count < segments || length < wanted)) {
    ++count;
    length += records[records.size() - count].duration;
  }
  return count;
}

Result<void> parse_records(Bytes slots, const WindowHeader& header, std::uint64_t number,
                           std::vector<segment::IndexRecord>& records) {
  for (; slots.size() >= header.record_size; slots = slots.subspan(header.record_size), ++number) {
    auto record = segment::parse_record(slots.first(segment::kRecordSize));
    if (!record) {
      return tl::unexpected(
          std::move(record).error().with_context(fmt::format("record {}", number)));
    }
    // A writer that went once around the ring since the header was read leaves newer records in old
    // places: the order tells.
    const bool is_in_order = records.empty() || (record->seq > records.back().seq &&
                                                 record->start > records.back().start);
    if (record->type != segment::RecordType::kSegment || !is_in_order) {
      return malformed(fmt::format("record {}: out of order", number));
    }
    records.push_back(*record);
  }
  return {};
}

Result<std::vector<segment::IndexRecord>> read_window_records(int fd, const WindowHeader& header,
                                                              std::string_view name) {
  std::vector<segment::IndexRecord> records;
  std::uint64_t number = header.tail;
  while (number < header.head) {
    // One read for each run of slots up to the end of the ring.
    const std::uint64_t run =
        std::min(header.head - number, header.capacity - number % header.capacity);
    FLU_TRY_ASSIGN(const Buffer bytes, io::pread_up_to(fd, run * header.record_size,
                                                       record_offset(header, number), name));
    if (bytes.size() != run * header.record_size) {
      return malformed(fmt::format("{}: ends within record {}", name,
                                   number + bytes.size() / header.record_size));
    }
    if (auto parsed = parse_records(bytes, header, number, records); !parsed) {
      return tl::unexpected(std::move(parsed).error().with_context(std::string(name)));
    }
    number += run;
  }
  return records;
}

Result<WindowContent> read_window(int fd, std::string_view name) {
  WindowContent content;
  FLU_TRY_ASSIGN(content.header, read_window_header(fd, name));
  FLU_TRY_ASSIGN(content.records, read_window_records(fd, content.header, name));
  return content;
}

}  // namespace flu::store
