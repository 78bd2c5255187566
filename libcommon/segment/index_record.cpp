#include "libcommon/segment/index_record.h"

#include <concepts>
#include <span>

#include <fmt/format.h>

#include "libcommon/base/crc32c.h"

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

using RecordBytes = std::array<std::uint8_t, kRecordSize>;

template <std::unsigned_integral T>
void put(RecordBytes& bytes, std::size_t at, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    bytes[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
  }
}

template <std::unsigned_integral T>
T get(std::span<const std::uint8_t, kRecordSize> bytes, std::size_t at) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    value |= std::uint64_t{bytes[at + i]} << (8 * i);
  }
  return static_cast<T>(value);
}

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
  put(bytes, kFlags, record.flags);
  put(bytes, kStart, static_cast<std::uint64_t>(record.start.count()));
  put(bytes, kDuration, record.duration);
  put(bytes, kSeq, record.seq);
  put(bytes, kOffset, record.offset);
  put(bytes, kSize, record.size);
  put(bytes, kMoofRelative, record.moof_relative);
  put(bytes, kBlob, record.blob);
  put(bytes, kMoofSize, record.moof_size);
  put(bytes, kKeyRelative, record.key_relative);
  put(bytes, kKeySize, record.key_size);
  put(bytes, kDataCrc, record.data_crc);
  put(bytes, kLost, record.lost);
  put(bytes, kSource, record.source);
  put(bytes, kArrival, static_cast<std::uint32_t>(record.arrival_ms));
  put(bytes, kEpoch, record.epoch);
  put(bytes, kDiscSeq, record.disc_seq);
  put(bytes, kInitHash, record.init_hash);
  put(bytes, kCrc, checksum(bytes));
  return bytes;
}

Result<IndexRecord> parse_record(Bytes input) {
  if (input.size() < kRecordSize) {
    return fail(ErrorCode::kMalformed,
                fmt::format("index record: {} bytes, expected {}", input.size(), kRecordSize));
  }
  const auto bytes = input.first<kRecordSize>();
  const std::uint32_t crc = checksum(bytes);
  if (get<std::uint32_t>(bytes, kCrc) != crc) {
    return fail(ErrorCode::kMalformed, fmt::format("index record: checksum {:08x}, expected {:08x}",
                                                   get<std::uint32_t>(bytes, kCrc), crc));
  }
  IndexRecord record;
  record.type = static_cast<RecordType>(bytes[kType]);
  record.sap = bytes[kSap];
  record.flags = get<std::uint16_t>(bytes, kFlags);
  record.start = media::Timestamp(static_cast<std::int64_t>(get<std::uint64_t>(bytes, kStart)));
  record.duration = get<std::uint32_t>(bytes, kDuration);
  record.seq = get<std::uint32_t>(bytes, kSeq);
  record.offset = get<std::uint64_t>(bytes, kOffset);
  record.size = get<std::uint32_t>(bytes, kSize);
  record.moof_relative = get<std::uint16_t>(bytes, kMoofRelative);
  record.blob = get<std::uint16_t>(bytes, kBlob);
  record.moof_size = get<std::uint32_t>(bytes, kMoofSize);
  record.key_relative = get<std::uint32_t>(bytes, kKeyRelative);
  record.key_size = get<std::uint32_t>(bytes, kKeySize);
  record.data_crc = get<std::uint32_t>(bytes, kDataCrc);
  record.lost = get<std::uint16_t>(bytes, kLost);
  record.source = get<std::uint16_t>(bytes, kSource);
  record.arrival_ms = static_cast<std::int32_t>(get<std::uint32_t>(bytes, kArrival));
  record.epoch = get<std::uint64_t>(bytes, kEpoch);
  record.disc_seq = get<std::uint32_t>(bytes, kDiscSeq);
  record.init_hash = get<std::uint32_t>(bytes, kInitHash);
  FLU_TRY(check(record));
  return record;
}

}  // namespace flu::segment
