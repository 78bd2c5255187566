#include "libcommon/segment/index_record.h"

#include <concepts>
#include <span>
#include <type_traits>

#include <fmt/format.h>

#include "libcommon/base/crc32c.h"

namespace flu::segment {
namespace {

// docs/format.md, "index record". Little-endian.
constexpr std::size_t kAtType = 0;
constexpr std::size_t kAtSap = 1;
constexpr std::size_t kAtFlags = 2;
constexpr std::size_t kAtCrc = 4;
constexpr std::size_t kAtStart = 8;
constexpr std::size_t kAtDuration = 16;
constexpr std::size_t kAtSeq = 20;
constexpr std::size_t kAtOffset = 24;
constexpr std::size_t kAtSize = 32;
constexpr std::size_t kAtMoofRelative = 36;
constexpr std::size_t kAtBlob = 38;
constexpr std::size_t kAtMoofSize = 40;
constexpr std::size_t kAtKeyRelative = 44;
constexpr std::size_t kAtKeySize = 48;
constexpr std::size_t kAtDataCrc = 52;
constexpr std::size_t kAtLost = 56;
constexpr std::size_t kAtSource = 58;
constexpr std::size_t kAtArrival = 60;
constexpr std::size_t kAtEpoch = 64;
constexpr std::size_t kAtDiscSeq = 72;
constexpr std::size_t kAtInitHash = 76;

template <std::integral T>
void put(std::span<std::uint8_t> out, std::size_t at, T value) {
  const auto bits = static_cast<std::make_unsigned_t<T>>(value);
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    out[at + i] = static_cast<std::uint8_t>(bits >> (8 * i));
  }
}

template <std::integral T>
T get(Bytes bytes, std::size_t at) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    value |= std::uint64_t{bytes[at + i]} << (8 * i);
  }
  return static_cast<T>(value);
}

// Of all bytes but the checksum itself.
std::uint32_t checksum(Bytes record) {
  return crc32c(record.subspan(kAtCrc + 4), crc32c(record.first(kAtCrc)));
}

}  // namespace

std::array<std::uint8_t, kRecordSize> write_record(const IndexRecord& record) {
  std::array<std::uint8_t, kRecordSize> out{};
  put(out, kAtType, static_cast<std::uint8_t>(record.type));
  put(out, kAtSap, record.sap);
  put(out, kAtFlags, record.flags);
  put(out, kAtStart, record.start.count());
  put(out, kAtDuration, record.duration);
  put(out, kAtSeq, record.seq);
  put(out, kAtOffset, record.offset);
  put(out, kAtSize, record.size);
  put(out, kAtMoofRelative, record.moof_relative);
  put(out, kAtBlob, record.blob);
  put(out, kAtMoofSize, record.moof_size);
  put(out, kAtKeyRelative, record.key_relative);
  put(out, kAtKeySize, record.key_size);
  put(out, kAtDataCrc, record.data_crc);
  put(out, kAtLost, record.lost);
  put(out, kAtSource, record.source);
  put(out, kAtArrival, record.arrival_ms);
  put(out, kAtEpoch, record.epoch);
  put(out, kAtDiscSeq, record.disc_seq);
  put(out, kAtInitHash, record.init_hash);
  put(out, kAtCrc, checksum(out));
  return out;
}

Result<IndexRecord> parse_record(Bytes bytes) {
  if (bytes.size() < kRecordSize) {
    return fail(ErrorCode::kMalformed,
                fmt::format("index record: {} bytes, expected {}", bytes.size(), kRecordSize));
  }
  bytes = bytes.first(kRecordSize);
  if (checksum(bytes) != get<std::uint32_t>(bytes, kAtCrc)) {
    return fail(ErrorCode::kMalformed, "index record: wrong checksum");
  }
  const auto type = get<std::uint8_t>(bytes, kAtType);
  if (type < static_cast<std::uint8_t>(RecordType::kSegment) ||
      type > static_cast<std::uint8_t>(RecordType::kPart)) {
    return fail(ErrorCode::kMalformed, fmt::format("index record: type {}, expected 1 to 5", type));
  }
  IndexRecord record;
  record.type = static_cast<RecordType>(type);
  record.sap = get<std::uint8_t>(bytes, kAtSap);
  record.flags = get<std::uint16_t>(bytes, kAtFlags);
  record.start = media::Timestamp(get<std::int64_t>(bytes, kAtStart));
  record.duration = get<std::uint32_t>(bytes, kAtDuration);
  record.seq = get<std::uint32_t>(bytes, kAtSeq);
  record.offset = get<std::uint64_t>(bytes, kAtOffset);
  record.size = get<std::uint32_t>(bytes, kAtSize);
  record.moof_relative = get<std::uint16_t>(bytes, kAtMoofRelative);
  record.blob = get<std::uint16_t>(bytes, kAtBlob);
  record.moof_size = get<std::uint32_t>(bytes, kAtMoofSize);
  record.key_relative = get<std::uint32_t>(bytes, kAtKeyRelative);
  record.key_size = get<std::uint32_t>(bytes, kAtKeySize);
  record.data_crc = get<std::uint32_t>(bytes, kAtDataCrc);
  record.lost = get<std::uint16_t>(bytes, kAtLost);
  record.source = get<std::uint16_t>(bytes, kAtSource);
  record.arrival_ms = get<std::int32_t>(bytes, kAtArrival);
  record.epoch = get<std::uint64_t>(bytes, kAtEpoch);
  record.disc_seq = get<std::uint32_t>(bytes, kAtDiscSeq);
  record.init_hash = get<std::uint32_t>(bytes, kAtInitHash);
  if (record.sap != 0 && record.sap != 1 && record.sap != 3) {
    return fail(ErrorCode::kMalformed,
                fmt::format("index record: sap {}, expected 0, 1 or 3", record.sap));
  }
  if (record.start < media::kMinUtc || record.start >= media::kMaxUtc) {
    return fail(ErrorCode::kMalformed,
                fmt::format("index record: start {} is no UTC time", record.start.count()));
  }
  return record;
}

}  // namespace flu::segment
