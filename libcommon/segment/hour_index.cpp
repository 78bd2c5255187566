#include "libcommon/segment/hour_index.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "libcommon/base/crc32c.h"
#include "libcommon/base/little_endian.h"

namespace flu::segment {
namespace {

constexpr std::string_view kHourMagic = "FLUIDX1\n";
constexpr std::string_view kHoursMagic = "FLUHRS1\n";
constexpr std::uint16_t kVersion = 1;
constexpr std::uint16_t kMaxRecordSize = 1024;
constexpr std::uint32_t kClosed = 1;

// Of both headers.
constexpr std::size_t kAtVersion = 8;
constexpr std::size_t kAtRecordSize = 10;
constexpr std::size_t kAtHour = 12;
constexpr std::size_t kAtUuid = 16;
// Of both headers and of a summary; covers all before it.
constexpr std::size_t kAtCrc = 60;

// Of a summary.
constexpr std::size_t kHour = 0;
constexpr std::size_t kSegments = 4;
constexpr std::size_t kFirst = 8;
constexpr std::size_t kLast = 16;
constexpr std::size_t kBytes = 24;
constexpr std::size_t kGaps = 32;
constexpr std::size_t kThumbnails = 36;
constexpr std::size_t kFlags = 40;
constexpr std::size_t kBlobs = 44;
constexpr std::size_t kRecorded = 48;

using Block = std::array<std::uint8_t, 64>;
static_assert(kHourHeaderSize == sizeof(Block) && kHoursHeaderSize == sizeof(Block) &&
              kSummarySize == sizeof(Block));

void seal(Block& block) {
  put_little_endian(block, kAtCrc, crc32c(Bytes(block).first(kAtCrc)));
}

bool is_sealed(Bytes block) {
  return crc32c(block.first(kAtCrc)) == get_little_endian<std::uint32_t>(block, kAtCrc);
}

struct Header {
  std::uint16_t record_size = 0;
  Hour hour = 0;
  StreamUuid uuid{};
};

Block write_header(std::string_view magic, const Header& header) {
  Block block{};
  std::copy(magic.begin(), magic.end(), block.begin());
  put_little_endian(block, kAtVersion, kVersion);
  put_little_endian(block, kAtRecordSize, header.record_size);
  put_little_endian(block, kAtHour, header.hour);
  std::copy(header.uuid.begin(), header.uuid.end(), block.begin() + kAtUuid);
  seal(block);
  return block;
}

Result<Header> parse_header(std::string_view magic, std::size_t least, Bytes bytes) {
  if (bytes.size() < sizeof(Block)) {
    return fail(ErrorCode::kMalformed,
                fmt::format("index header: {} bytes, expected {}", bytes.size(), sizeof(Block)));
  }
  bytes = bytes.first(sizeof(Block));
  if (as_text(bytes.first(magic.size())) != magic) {
    return fail(ErrorCode::kMalformed,
                fmt::format("index header: magic is not {}", magic.substr(0, magic.size() - 1)));
  }
  if (!is_sealed(bytes)) return fail(ErrorCode::kMalformed, "index header: wrong checksum");
  if (const auto version = get_little_endian<std::uint16_t>(bytes, kAtVersion);
      version != kVersion) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("index header: version {}, expected {}", version, kVersion));
  }
  Header header;
  header.record_size = get_little_endian<std::uint16_t>(bytes, kAtRecordSize);
  header.hour = get_little_endian<std::uint32_t>(bytes, kAtHour);
  std::copy_n(bytes.begin() + kAtUuid, header.uuid.size(), header.uuid.begin());
  if (header.record_size < least || header.record_size > kMaxRecordSize) {
    return fail(ErrorCode::kMalformed,
                fmt::format("index header: records of {} bytes, expected {} to {}",
                            header.record_size, least, kMaxRecordSize));
  }
  return header;
}

}  // namespace

std::array<std::uint8_t, kHourHeaderSize> write_hour_header(const HourHeader& header) {
  return write_header(kHourMagic, {header.record_size, header.hour, header.uuid});
}

Result<HourHeader> parse_hour_header(Bytes bytes) {
  FLU_TRY_ASSIGN(const Header header, parse_header(kHourMagic, kRecordSize, bytes));
  return HourHeader{header.record_size, header.hour, header.uuid};
}

HourRecords read_hour_records(Bytes file) {
  HourRecords out;
  if (auto header = parse_hour_header(file)) out.header = *header;
  // Where the header is damaged the records still prove themselves.
  const std::size_t step = out.header ? out.header->record_size : kRecordSize;
  std::size_t damaged = 0;
  out.size = std::min(file.size(), out.header ? kHourHeaderSize : 0);
  for (std::size_t at = kHourHeaderSize; at < file.size() && file.size() - at >= step; at += step) {
    auto record = parse_record(file.subspan(at, kRecordSize));
    if (!record) {
      ++damaged;
      continue;
    }
    out.records.push_back(*record);
    out.size = at + step;
    out.damaged = damaged;
  }
  return out;
}

std::array<std::uint8_t, kHoursHeaderSize> write_hours_header(const HoursHeader& header) {
  return write_header(kHoursMagic, {header.summary_size, header.first, header.uuid});
}

Result<HoursHeader> parse_hours_header(Bytes bytes) {
  FLU_TRY_ASSIGN(const Header header, parse_header(kHoursMagic, kSummarySize, bytes));
  return HoursHeader{header.record_size, header.hour, header.uuid};
}

std::array<std::uint8_t, kSummarySize> write_summary(const HourSummary& summary) {
  Block block{};
  put_little_endian(block, kHour, summary.hour);
  put_little_endian(block, kSegments, summary.segments);
  put_little_endian(block, kFirst, static_cast<std::uint64_t>(summary.first.count()));
  put_little_endian(block, kLast, static_cast<std::uint64_t>(summary.last.count()));
  put_little_endian(block, kBytes, summary.bytes);
  put_little_endian(block, kGaps, summary.gaps);
  put_little_endian(block, kThumbnails, summary.thumbnails);
  put_little_endian(block, kFlags, summary.is_closed ? kClosed : 0U);
  put_little_endian(block, kBlobs, summary.blobs);
  put_little_endian(block, kRecorded, static_cast<std::uint64_t>(summary.recorded.count()));
  seal(block);
  return block;
}

Result<std::optional<HourSummary>> parse_summary(Bytes bytes) {
  if (bytes.size() < kSummarySize) {
    return fail(ErrorCode::kMalformed,
                fmt::format("hour's summary: {} bytes, expected {}", bytes.size(), kSummarySize));
  }
  bytes = bytes.first(kSummarySize);
  if (std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; })) {
    return std::optional<HourSummary>();
  }
  if (!is_sealed(bytes)) return fail(ErrorCode::kMalformed, "hour's summary: wrong checksum");
  HourSummary summary;
  summary.hour = get_little_endian<std::uint32_t>(bytes, kHour);
  summary.segments = get_little_endian<std::uint32_t>(bytes, kSegments);
  const auto time = [&](std::size_t at) {
    return media::Timestamp(static_cast<std::int64_t>(get_little_endian<std::uint64_t>(bytes, at)));
  };
  summary.first = time(kFirst);
  summary.last = time(kLast);
  summary.bytes = get_little_endian<std::uint64_t>(bytes, kBytes);
  summary.gaps = get_little_endian<std::uint32_t>(bytes, kGaps);
  summary.thumbnails = get_little_endian<std::uint32_t>(bytes, kThumbnails);
  summary.is_closed = (get_little_endian<std::uint32_t>(bytes, kFlags) & kClosed) != 0;
  summary.blobs = get_little_endian<std::uint32_t>(bytes, kBlobs);
  summary.recorded = time(kRecorded);
  if (summary.segments > 0 && (!media::is_utc(summary.first) || summary.last < summary.first ||
                               hour_of(summary.first) != summary.hour)) {
    return fail(ErrorCode::kMalformed, "hour's summary: times outside of its hour");
  }
  return summary;
}

}  // namespace flu::segment
