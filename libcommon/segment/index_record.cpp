#include "libcommon/segment/index_record.h"

#include <fmt/format.h>

#include "libcommon/base/crc32c.h"
#include "libcommon/base/little_endian.h"

namespace flu::segment {
namespace {

// Offsets in the record (docs/format.md, "Index record").
constexpr std::size_t kType = 0;
constexpr std::size_t kSap = 1;
constexpr std::size_t kFlags = 2;
constexpr std::size_t kCrc = 4;
constexpr std::size_t kStart = 8;
constexpr std::size_t kDuration = 16;
constexpr std::size_t kSeq = 20;
constexpr std::size_t kOffset = 24;
constexpr std::size_t kSize = 32;
constexpr std::size_t kMoofRelative = 36;
constexpr std::size_t kBlob = 38;
constexpr std::size_t kMoofSize = 40;
constexpr std::size_t kKeyRelative = 44;
constexpr std::size_t kKeySize = 48;
constexpr std::size_t kDataCrc = 52;
constexpr std::size_t kLost = 56;
constexpr std::size_t kSource = 58;
constexpr std::size_t kArrival = 60;
constexpr std::size_t kEpoch = 64;
constexpr std::size_t kDiscSeq = 72;
constexpr std::size_t kInitHash = 76;

// No blob is that long; sums of what passes cannot wrap.
constexpr std::uint64_t kMaxOffset = std::uint64_t{1} << 62;

using RecordBytes = std::array<std::uint8_t, kRecordSize>;

// Of the 76 bytes around the checksum, in their order.
std::uint32_t checksum(Bytes record) {
  return crc32c(record.subspan(kCrc + 4), crc32c(record.first(kCrc)));
}

Result<void> check(const IndexRecord& record) {
  const auto type = static_cast<unsigned>(record.type);
  if (type < 1 || type > 5) {
    return fail(ErrorCode::kMalformed, fmt::format("index record: type {}, expected 1 to 5", type));
  }
  if (record.sap != 0 && record.sap != 1 && record.sap != 3) {
    return fail(ErrorCode::kMalformed,
                fmt::format("index record: sap {}, expected 0, 1 or 3", record.sap));
  }
  if (record.offset > kMaxOffset) {
    return fail(ErrorCode::kMalformed, fmt::format("index record: offset {}, expected at most {}",
                                                   record.offset, kMaxOffset));
  }
  if (record.type != RecordType::kSegment) return {};
  if (!media::is_utc(record.start)) {
    return fail(ErrorCode::kMalformed,
                fmt::format("index record: start {}, expected UTC x 90000", record.start.count()));
  }
  const std::uint64_t moof_end = std::uint64_t{record.moof_relative} + record.moof_size;
  const std::uint64_t key_end = std::uint64_t{record.key_relative} + record.key_size;
  if (moof_end > record.size || key_end > record.size) {
    return fail(ErrorCode::kMalformed,
                fmt::format("index record: moof to {} and key frame to {} of a segment of {} bytes",
                            moof_end, key_end, record.size));
  }
  return {};
}

}  // namespace

std::array<std::uint8_t, kRecordSize> write_record(const IndexRecord& record) {
  RecordBytes bytes{};
  bytes[kType] = static_cast<std::uint8_t>(record.type);
  bytes[kSap] = record.sap;
  put_little_endian(bytes, kFlags, record.flags);
  put_little_endian(bytes, kStart, static_cast<std::uint64_t>(record.start.count()));
  put_little_endian(bytes, kDuration, record.duration);
  put_little_endian(bytes, kSeq, record.seq);
  put_little_endian(bytes, kOffset, record.offset);
  put_little_endian(bytes, kSize, record.size);
  put_little_endian(bytes, kMoofRelative, record.moof_relative);
  put_little_endian(bytes, kBlob, record.blob);
  put_little_endian(bytes, kMoofSize, record.moof_size);
  put_little_endian(bytes, kKeyRelative, record.key_relative);
  put_little_endian(bytes, kKeySize, record.key_size);
  put_little_endian(bytes, kDataCrc, record.data_crc);
  put_little_endian(bytes, kLost, record.lost);
  put_little_endian(bytes, kSource, record.source);
  put_little_endian(bytes, kArrival, static_cast<std::uint32_t>(record.arrival_ms));
  put_little_endian(bytes, kEpoch, record.epoch);
  put_little_endian(bytes, kDiscSeq, record.disc_seq);
  put_little_endian(bytes, kInitHash, record.init_hash);
  put_little_endian(bytes, kCrc, checksum(bytes));
  return bytes;
}

Result<IndexRecord> parse_record(Bytes input) {
  if (input.size() < kRecordSize) {
    return fail(ErrorCode::kMalformed,
                fmt::format("index record: {} bytes, expected {}", input.size(), kRecordSize));
  }
  const auto bytes = input.first<kRecordSize>();
  const std::uint32_t crc = checksum(bytes);
  if (get_little_endian<std::uint32_t>(bytes, kCrc) != crc) {
    return fail(ErrorCode::kMalformed,
                fmt::format("index record: checksum {:08x}, expected {:08x}",
                            get_little_endian<std::uint32_t>(bytes, kCrc), crc));
  }
  IndexRecord record;
  record.type = static_cast<RecordType>(bytes[kType]);
  record.sap = bytes[kSap];
  record.flags = get_little_endian<std::uint16_t>(bytes, kFlags);
  record.start =
      media::Timestamp(static_cast<std::int64_t>(get_little_endian<std::uint64_t>(bytes, kStart)));
  record.duration = get_little_endian<std::uint32_t>(bytes, kDuration);
  record.seq = get_little_endian<std::uint32_t>(bytes, kSeq);
  record.offset = get_little_endian<std::uint64_t>(bytes, kOffset);
  record.size = get_little_endian<std::uint32_t>(bytes, kSize);
  record.moof_relative = get_little_endian<std::uint16_t>(bytes, kMoofRelative);
  record.blob = get_little_endian<std::uint16_t>(bytes, kBlob);
  record.moof_size = get_little_endian<std::uint32_t>(bytes, kMoofSize);
  record.key_relative = get_little_endian<std::uint32_t>(bytes, kKeyRelative);
  record.key_size = get_little_endian<std::uint32_t>(bytes, kKeySize);
  record.data_crc = get_little_endian<std::uint32_t>(bytes, kDataCrc);
  record.lost = get_little_endian<std::uint16_t>(bytes, kLost);
  record.source = get_little_endian<std::uint16_t>(bytes, kSource);
  record.arrival_ms = static_cast<std::int32_t>(get_little_endian<std::uint32_t>(bytes, kArrival));
  record.epoch = get_little_endian<std::uint64_t>(bytes, kEpoch);
  record.disc_seq = get_little_endian<std::uint32_t>(bytes, kDiscSeq);
  record.init_hash = get_little_endian<std::uint32_t>(bytes, kInitHash);
  FLU_TRY(check(record));
  return record;
}

}  // namespace flu::segment
