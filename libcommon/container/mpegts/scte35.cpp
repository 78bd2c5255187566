#include "libcommon/container/mpegts/scte35.h"

#include <algorithm>

#include <fmt/format.h>

#include "libcommon/base/bit_reader.h"
#include "libcommon/base/byte_reader.h"
#include "libcommon/base/byte_writer.h"
#include "libcommon/container/mpegts/psi.h"
#include "libcommon/container/mpegts/ts_types.h"

namespace flu::container::mpegts {
namespace {

// Bits 39 to 7 of the five bytes behind protocol_version are flags, those below pts_adjustment.
constexpr std::size_t kAdjustmentAt = 4;
constexpr std::size_t kCrcSize = 4;

constexpr std::uint8_t kSpliceInsert = 0x05;
constexpr std::uint8_t kTimeSignal = 0x06;

Result<std::uint64_t> bits33(BitReader& bits) {
  FLU_TRY_ASSIGN(const std::uint32_t high, bits.bits(1));
  FLU_TRY_ASSIGN(const std::uint32_t low, bits.bits(32));
  return std::uint64_t{high} << 32 | low;
}

// splice_time(), SCTE 35 9.8.1
Result<std::optional<std::uint64_t>> splice_time(BitReader& bits) {
  FLU_TRY_ASSIGN(const bool is_specified, bits.flag());
  if (!is_specified) {
    FLU_TRY(bits.skip(7));
    return std::nullopt;
  }
  FLU_TRY(bits.skip(6));
  FLU_TRY_ASSIGN(const std::uint64_t pts, bits33(bits));
  return pts;
}

// splice_insert(), SCTE 35 9.7.3
Result<void> read_splice_insert(BitReader& bits, SpliceInfo& info) {
  FLU_TRY_ASSIGN(const std::uint32_t event_id, bits.bits(32));
  info.event_id = event_id;
  FLU_TRY_ASSIGN(const bool is_cancelled, bits.flag());
  FLU_TRY(bits.skip(7));
  if (is_cancelled) return {};
  FLU_TRY_ASSIGN(info.is_out, bits.flag());
  FLU_TRY_ASSIGN(const bool is_whole_program, bits.flag());
  FLU_TRY_ASSIGN(const bool has_duration, bits.flag());
  FLU_TRY_ASSIGN(const bool is_immediate, bits.flag());
  FLU_TRY(bits.skip(4));
  if (is_whole_program && !is_immediate) {
    FLU_TRY_ASSIGN(info.pts, splice_time(bits));
  }
  if (!is_whole_program) {
    FLU_TRY_ASSIGN(const std::uint32_t count, bits.bits(8));
    for (std::uint32_t i = 0; i < count; ++i) {
      FLU_TRY(bits.skip(8));
      if (is_immediate) continue;
      FLU_TRY_ASSIGN(const auto pts, splice_time(bits));
      if (!info.pts) info.pts = pts;
    }
  }
  if (has_duration) {
    FLU_TRY(bits.skip(7));
    FLU_TRY_ASSIGN(const std::uint64_t duration, bits33(bits));
    info.break_duration = duration;
  }
  return {};
}

// segmentation_type_id, SCTE 35 table 23: the starts are even, each end is the number behind it.
std::optional<bool> is_break_start(std::uint32_t type) {
  const std::uint32_t start = type & ~1U;
  const bool is_break = start == 0x22 || start == 0x30 || start == 0x32 || start == 0x34 ||
                        start == 0x36 || start == 0x38 || start == 0x3A || start == 0x44 ||
                        start == 0x46;
  if (!is_break) return std::nullopt;
  return type == start;
}

// segmentation_descriptor(), SCTE 35 10.3.3, behind its identifier.
Result<void> read_segmentation(BitReader& bits, SpliceInfo& info) {
  FLU_TRY(bits.skip(32));  // segmentation_event_id
  FLU_TRY_ASSIGN(const bool is_cancelled, bits.flag());
  FLU_TRY(bits.skip(7));
  if (is_cancelled) return {};
  FLU_TRY_ASSIGN(const bool is_whole_program, bits.flag());
  FLU_TRY_ASSIGN(const bool has_duration, bits.flag());
  FLU_TRY(bits.skip(6));
  if (!is_whole_program) {
    FLU_TRY_ASSIGN(const std::uint32_t count, bits.bits(8));
    FLU_TRY(bits.skip(std::size_t{count} * 48));
  }
  std::optional<std::uint64_t> duration;
  if (has_duration) {
    FLU_TRY(bits.skip(7));
    FLU_TRY_ASSIGN(duration, bits33(bits));
  }
  FLU_TRY(bits.skip(8));  // segmentation_upid_type
  FLU_TRY_ASSIGN(const std::uint32_t upid, bits.bits(8));
  FLU_TRY(bits.skip(std::size_t{upid} * 8));
  FLU_TRY_ASSIGN(const std::uint32_t type, bits.bits(8));
  const auto is_out = is_break_start(type);
  if (info.is_out || !is_out) return {};
  info.is_out = is_out;
  if (*is_out) info.segmentation_duration = duration;
  return {};
}

// The first that tells of a break. A loop that is cut or wrong ends there: what came before holds.
Result<void> read_descriptors(BitReader& bits, SpliceInfo& info) {
  constexpr std::uint32_t kSegmentation = 0x02;
  constexpr std::uint32_t kIdentifier = 0x43554549;  // "CUEI"
  FLU_TRY_ASSIGN(std::uint32_t left, bits.bits(16));
  while (left >= 6) {
    FLU_TRY_ASSIGN(const std::uint32_t tag, bits.bits(8));
    FLU_TRY_ASSIGN(const std::uint32_t length, bits.bits(8));
    if (length < 4 || length + 2 > left) return {};
    FLU_TRY_ASSIGN(const std::uint32_t identifier, bits.bits(32));
    BitReader own = bits;
    if (tag == kSegmentation && identifier == kIdentifier) FLU_TRY(read_segmentation(own, info));
    FLU_TRY(bits.skip((std::size_t{length} - 4) * 8));
    left -= length + 2;
  }
  return {};
}

}  // namespace

Result<SpliceInfo> parse_splice_info(Bytes section) {
  // The CRC is no part of what the fields are read from.
  BitReader bits(section.first(section.size() - std::min(section.size(), kCrcSize)));
  FLU_TRY_ASSIGN(const std::uint32_t table, bits.bits(8));
  FLU_TRY(bits.skip(4));
  FLU_TRY_ASSIGN(const std::uint32_t length, bits.bits(12));
  if (table != kSpliceTable || length + 3 != section.size()) {
    return fail(ErrorCode::kMalformed,
                fmt::format("splice_info_section: table {:#x}, length field {} in {} bytes", table,
                            length, section.size()));
  }
  if (crc32_mpeg(section) != 0) {
    return fail(ErrorCode::kMalformed, "splice_info_section: wrong CRC");
  }
  FLU_TRY(bits.skip(8));  // protocol_version
  SpliceInfo info;
  FLU_TRY_ASSIGN(info.is_encrypted, bits.flag());
  FLU_TRY(bits.skip(6));
  FLU_TRY_ASSIGN(const std::uint64_t adjustment, bits33(bits));
  FLU_TRY(bits.skip(8 + 12 + 12));  // cw_index, tier, splice_command_length
  FLU_TRY_ASSIGN(const std::uint32_t command, bits.bits(8));
  info.command = static_cast<std::uint8_t>(command);
  if (info.is_encrypted) return info;
  if (command == kSpliceInsert) {
    FLU_TRY(read_splice_insert(bits, info));
  } else if (command == kTimeSignal) {
    FLU_TRY_ASSIGN(info.pts, splice_time(bits));
    // Not what the section is judged by.
    [[maybe_unused]] const auto read = read_descriptors(bits, info);
  }
  if (info.pts) info.pts = (*info.pts + adjustment) & kTimestampMask;
  return info;
}

Result<Buffer> retime_splice_info(Bytes section, media::Timestamp pts) {
  FLU_TRY_ASSIGN(const SpliceInfo info, parse_splice_info(section));
  if (info.is_encrypted) {
    return fail(ErrorCode::kUnsupported,
                "splice_info_section: encrypted, so that its pts_time cannot be brought to other "
                "times");
  }
  Buffer out(section.begin(), section.end());
  if (!info.pts) return out;
  ByteReader reader(section.subspan(kAdjustmentAt));
  FLU_TRY_ASSIGN(const std::uint8_t first, reader.u8());
  FLU_TRY_ASSIGN(const std::uint32_t low, reader.u32());
  const std::uint64_t before = std::uint64_t{first & 1U} << 32 | low;
  const std::uint64_t after =
      (before + static_cast<std::uint64_t>(pts.count()) - *info.pts) & kTimestampMask;
  out[kAdjustmentAt] = static_cast<std::uint8_t>((first & 0xFE) | after >> 32);
  ByteWriter(out).patch_u32(kAdjustmentAt + 1, static_cast<std::uint32_t>(after));
  out.resize(out.size() - kCrcSize);
  const std::uint32_t crc = crc32_mpeg(out);
  ByteWriter(out).u32(crc);
  return out;
}

Buffer make_splice_null() {
  Buffer out = {kSpliceTable,
                0x30,
                0x11,  // 17 bytes follow
                0,
                0,
                0,
                0,
                0,
                0,
                0,  // version, adjustment, cw_index
                0xFF,
                0xF0,
                0x00,
                0x00,  // any tier, a command of 0 bytes: splice_null
                0x00,
                0x00};  // no descriptors
  const std::uint32_t crc = crc32_mpeg(out);
  ByteWriter(out).u32(crc);
  return out;
}

}  // namespace flu::container::mpegts
