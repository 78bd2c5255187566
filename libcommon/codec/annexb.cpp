#include "libcommon/codec/annexb.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "libcommon/base/bit_reader.h"
#include "libcommon/base/byte_reader.h"
#include "libcommon/base/byte_writer.h"
#include "libcommon/codec/aac_config.h"
#include "libcommon/codec/nal_config.h"

namespace flu::codec {
namespace {

constexpr std::array<std::uint8_t, 4> kStartCode{0, 0, 0, 1};

// Unit types that matter here, of both codecs.
struct UnitTypes {
  bool is_hevc = false;

  [[nodiscard]] unsigned type(std::uint8_t header) const {
    return is_hevc ? (header >> 1) & 0x3FU : header & 0x1FU;
  }
  [[nodiscard]] bool is_parameter_set(std::uint8_t header) const {
    const unsigned value = type(header);
    return is_hevc ? value >= 32 && value <= 34 : value == 7 || value == 8;
  }
  [[nodiscard]] bool is_delimiter(std::uint8_t header) const {
    return type(header) == (is_hevc ? 35U : 9U);
  }
};

Result<void> append_sets(const media::Track& track, Buffer& out) {
  FLU_TRY_ASSIGN(const std::vector<Bytes> units, config_units(track.codec, track.config));
  for (const Bytes unit : units) {
    append(out, kStartCode);
    append(out, unit);
  }
  return {};
}

// Checks that `sample` is whole units with 4-byte lengths; reports what stands in front.
struct Survey {
  bool has_parameter_sets = false;
  Bytes body;  // behind a delimiter
};
Result<Survey> survey(Bytes sample, const UnitTypes& types) {
  Survey found;
  found.body = sample;
  ByteReader reader(sample);
  bool is_first = true;
  while (!reader.empty()) {
    FLU_TRY_ASSIGN(const std::uint32_t size, reader.u32());
    FLU_TRY_ASSIGN(const Bytes unit, reader.bytes(size));
    if (unit.empty()) return fail(ErrorCode::kMalformed, "empty NAL unit in a sample");
    if (is_first && types.is_delimiter(unit[0])) found.body = sample.subspan(4 + unit.size());
    if (types.is_parameter_set(unit[0])) found.has_parameter_sets = true;
    is_first = false;
  }
  return found;
}

}  // namespace

Result<void> append_annexb(const media::Track& track, Bytes sample, bool is_key, Pieces& out) {
  if (track.codec != media::CodecId::kH264 && track.codec != media::CodecId::kHevc) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("Annex B of {}: H.264 and HEVC have one", to_string(track.codec)));
  }
  const UnitTypes types{track.codec == media::CodecId::kHevc};
  FLU_TRY_ASSIGN(const Survey found, survey(sample, types));
  // Any picture type, any slice type (ISO 14496-10 table 7-5, ISO 23008-2 table 7-2).
  constexpr std::array<std::uint8_t, 6> kAvcDelimiter{0, 0, 0, 1, 0x09, 0xF0};
  constexpr std::array<std::uint8_t, 7> kHevcDelimiter{0, 0, 0, 1, 0x46, 0x01, 0x50};
  append(out.own(), types.is_hevc ? Bytes(kHevcDelimiter) : Bytes(kAvcDelimiter));
  if (is_key && !found.has_parameter_sets) {
    FLU_TRY(append_sets(track, out.own()));
  }
  ByteReader reader(found.body);
  while (!reader.empty()) {
    FLU_TRY_ASSIGN(const std::uint32_t size, reader.u32());
    FLU_TRY_ASSIGN(const Bytes unit, reader.bytes(size));
    append(out.own(), kStartCode);
    out.lend(unit);
  }
  return {};
}

Result<void> append_adts_header(const media::Track& track, std::size_t frame_bytes, Buffer& out) {
  constexpr std::size_t kHeader = 7;
  constexpr std::size_t kMaxFrame = 0x1FFF;  // aac_frame_length has 13 bits
  if (track.codec != media::CodecId::kAac) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("ADTS of {}: AAC has it", to_string(track.codec)));
  }
  BitReader bits(track.config);
  FLU_TRY_ASSIGN(const AacConfig config, parse_aac_config(bits));
  if (config.core_type < 1 || config.core_type > 4 || config.frequency_index > 12 ||
      config.channel_configuration > 7) {
    return fail(
        ErrorCode::kUnsupported,
        fmt::format("ADTS of AAC object type {}, frequency index {}, channels {}: it knows "
                    "types 1-4, indexes 0-12, channels 0-7",
                    config.core_type, config.frequency_index, config.channel_configuration));
  }
  if (frame_bytes > kMaxFrame - kHeader) {
    return fail(ErrorCode::kLimitExceeded, fmt::format("ADTS frame of {} bytes: at most {}",
                                                       frame_bytes, kMaxFrame - kHeader));
  }
  const std::uint32_t size = static_cast<std::uint32_t>(frame_bytes + kHeader);
  ByteWriter writer(out);
  writer.u16(0xFFF1);  // MPEG-4, no checksum
  const std::uint32_t fields = (config.core_type - 1) << 30 | config.frequency_index << 26 |
                               config.channel_configuration << 22 | size << 5 | 0x1F;
  writer.u32(fields);
  writer.u8(0xFC);  // buffer fullness 0x7FF: variable rate; one block
  return {};
}

}  // namespace flu::codec
