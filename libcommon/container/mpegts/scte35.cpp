#include "libcommon/container/mpegts/scte35.h"

#include <algorithm>

#include <fmt/format.h>

#include "libcommon/base/bit_reader.h"
#include "libcommon/container/mpegts/psi.h"
#include "libcommon/container/mpegts/ts_types.h"

namespace flu::container::mpegts {
namespace {

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
  BitReader bits(section.first(section.size() - std::min<std::size_t>(section.size(), 4)));
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

}  // namespace flu::container::mpegts
