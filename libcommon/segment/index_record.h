#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "libcommon/media/time.h"

namespace flu::segment {

inline constexpr std::size_t kRecordSize = 80;

enum class RecordType : std::uint8_t { kSegment = 1, kOpen = 2, kClose = 3, kEvent = 4, kPart = 5 };

enum RecordFlags : std::uint16_t {
  kDiscont = 1U << 0,
  kSlate = 1U << 1,
  kLoss = 1U << 2,
  kClockUnsure = 1U << 3,
  kNoKey = 1U << 4,
  kMotion = 1U << 5,
  kScte = 1U << 6,
  kEncrypted = 1U << 7,
  kUnaligned = 1U << 8,
};

// One segment in window.idx and in the archive's hour index: 80 bytes, little-endian, as laid out
// in docs/format.md. crc covers the other 76 bytes.
struct IndexRecord {
  RecordType type = RecordType::kSegment;
  std::uint8_t sap = 0;  // 0, 1, 3
  std::uint16_t flags = 0;
  media::Timestamp start{0};   // presentation of the first frame of the main track
  std::uint32_t duration = 0;  // 90 kHz ticks
  std::uint32_t seq = 0;
  std::uint64_t offset = 0;  // in the blob; 0 in the live window
  std::uint32_t size = 0;
  std::uint16_t moof_relative = 0;  // of the moof to the start of the segment
  std::uint16_t blob = 0;
  std::uint32_t moof_size = 0;
  std::uint32_t key_relative = 0;  // of the first key frame's bytes
  std::uint32_t key_size = 0;
  std::uint32_t data_crc = 0;  // CRC-32C of the mdat's payload
  std::uint16_t lost = 0;
  std::uint16_t source = 0;
  std::int32_t arrival_ms = 0;  // arrival of the first frame minus `start`
  std::uint64_t epoch = 0;
  std::uint32_t disc_seq = 0;
  std::uint32_t init_hash =
      0;  // first 4 bytes of the init's SHA-256: which init this segment needs

  bool operator==(const IndexRecord&) const = default;
};

std::array<std::uint8_t, kRecordSize> write_record(const IndexRecord& record);

// kMalformed on a wrong checksum or an impossible field.
Result<IndexRecord> parse_record(Bytes bytes);

}  // namespace flu::segment
