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
  FLU_TRY(bits.skip(1));  // out_of_network_indicator
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
