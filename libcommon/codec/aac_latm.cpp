#include "libcommon/codec/aac_latm.h"

#include <utility>

#include "libcommon/codec/aac_config.h"
#include "libcommon/codec/bit_writer.h"

namespace flu::codec {
namespace {

constexpr std::size_t kSyncHeader = 3;

// LatmGetValue() (1.7.3.1).
Result<std::uint32_t> latm_value(BitReader& bits) {
  FLU_TRY_ASSIGN(const std::uint32_t bytes_minus1, bits.bits(2));
  return bits.bits((bytes_minus1 + 1) * 8);
}

Result<Buffer> copy_bits(Bytes from, std::size_t begin, std::size_t count) {
  BitReader in(from);
  FLU_TRY(in.skip(begin));
  Buffer out;
  BitWriter writer(out);
  while (count > 0) {
    const unsigned now = count < 32 ? static_cast<unsigned>(count) : 32;
    FLU_TRY_ASSIGN(const std::uint32_t value, in.bits(now));
    writer.bits(value, now);
    count -= now;
  }
  return out;
}

}  // namespace

AudioParser::Frame LatmParser::find(Bytes bytes, bool is_end) const {
  // syncword 0x2B7 in 11 bits, audioMuxLengthBytes in 13
  if (bytes[0] != 0x56 || (bytes.size() > 1 && (bytes[1] & 0xE0) != 0xE0)) return {};
  if (bytes.size() < kSyncHeader) return {is_end ? Found::kNone : Found::kMore};
  const std::size_t length = static_cast<std::size_t>((bytes[1] & 0x1F) << 8 | bytes[2]);
  return {Found::kFrame, kSyncHeader + length, 1};
}

bool LatmParser::unpack(Bytes frame, std::vector<AudioPayload>& out) {
  const Bytes element = frame.subspan(kSyncHeader);
  BitReader bits(element);
  const auto is_same = bits.flag();
  if (!is_same) return false;
  if (!*is_same) {
    is_configured_ = false;
    if (!parse_mux_config(bits, element)) return false;
    is_configured_ = true;
  }
  if (!is_configured_) return true;  // joined between two configurations
  return parse_payloads(bits, out).has_value();
}

// StreamMuxConfig() (1.7.3.1).
Result<void> LatmParser::parse_mux_config(BitReader& bits, Bytes element) {
  FLU_TRY_ASSIGN(is_version_1_, bits.flag());
  if (is_version_1_) {
    FLU_TRY_ASSIGN(const bool is_version_a, bits.flag());
    if (is_version_a) return fail(ErrorCode::kUnsupported, "LATM audioMuxVersionA 1");
    FLU_TRY(latm_value(bits));  // taraBufferFullness
  }
  FLU_TRY_ASSIGN(const bool has_same_framing, bits.flag());
  FLU_TRY_ASSIGN(const std::uint32_t sub_frames_minus1, bits.bits(6));
  FLU_TRY_ASSIGN(const std::uint32_t programs_minus1, bits.bits(4));
  FLU_TRY_ASSIGN(const std::uint32_t layers_minus1, bits.bits(3));
  if (!has_same_framing || programs_minus1 != 0 || layers_minus1 != 0) {
    return fail(ErrorCode::kUnsupported, "LATM with several programs, layers or framings");
  }
  sub_frames_ = sub_frames_minus1 + 1;
  FLU_TRY(parse_audio_config(bits, element, is_version_1_));
  FLU_TRY_ASSIGN(const std::uint32_t length_type, bits.bits(3));
  if (length_type != 0) return fail(ErrorCode::kUnsupported, "LATM frames of fixed length");
  FLU_TRY(bits.skip(8));  // latmBufferFullness
  FLU_TRY_ASSIGN(const bool has_other_data, bits.flag());
  if (has_other_data && is_version_1_) {
    FLU_TRY(latm_value(bits));
  } else if (has_other_data) {
    bool is_escaped = true;
    while (is_escaped) {
      FLU_TRY_ASSIGN(is_escaped, bits.flag());
      FLU_TRY(bits.skip(8));
    }
  }
  FLU_TRY_ASSIGN(const bool has_checksum, bits.flag());
  if (has_checksum) FLU_TRY(bits.skip(8));
  return {};
}

Result<void> LatmParser::parse_audio_config(BitReader& bits, Bytes element, bool has_length) {
  std::size_t length = 0;
  if (has_length) {
    FLU_TRY_ASSIGN(length, latm_value(bits));
  }
  const std::size_t begin = bits.bit_position();
  FLU_TRY_ASSIGN(const AacConfig config, parse_aac_config(bits));
  const std::size_t used = bits.bit_position() - begin;
  if (!has_length) {
    length = used;
  } else if (length < used) {
    return fail(ErrorCode::kMalformed, "AudioSpecificConfig longer than LATM says");
  } else {
    FLU_TRY(bits.skip(length - used));
  }
  FLU_TRY_ASSIGN(Buffer bytes, copy_bits(element, begin, length));
  track_ = make_aac_track(config, std::move(bytes));
  return {};
}

// PayloadLengthInfo() and PayloadMux() of every sub-frame.
Result<void> LatmParser::parse_payloads(BitReader& bits, std::vector<AudioPayload>& out) {
  for (std::uint32_t i = 0; i < sub_frames_; ++i) {
    std::size_t length = 0;
    while (true) {
      FLU_TRY_ASSIGN(const std::uint32_t part, bits.bits(8));
      length += part;
      if (part != 0xFF) break;
    }
    if (length > bits.bits_left() / 8) {
      return fail(ErrorCode::kMalformed, "LATM payload longer than its frame");
    }
    if (length == 0) continue;
    Buffer data(length);
    for (std::uint8_t& byte : data) {
      FLU_TRY_ASSIGN(const std::uint32_t value, bits.bits(8));
      byte = static_cast<std::uint8_t>(value);
    }
    out.push_back({std::move(data), track_.audio.samples_per_frame});
  }
  return {};
}

}  // namespace flu::codec
