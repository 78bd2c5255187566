#include "libcommon/codec/aac_config.h"

#include <array>
#include <utility>

#include "libcommon/codec/format_values.h"

namespace flu::codec {
namespace {

constexpr std::uint32_t kEscape = 31;
constexpr std::uint32_t kSbr = 5;
constexpr std::uint32_t kPs = 29;

Result<std::uint32_t> parse_object_type(BitReader& bits) {
  FLU_TRY_ASSIGN(std::uint32_t type, bits.bits(5));
  if (type == kEscape) {
    FLU_TRY_ASSIGN(const std::uint32_t more, bits.bits(6));
    type = 32 + more;
  }
  return type;
}

struct Rate {
  std::uint32_t index = 0;
  std::uint32_t hertz = 0;
};

Result<Rate> parse_rate(BitReader& bits) {
  Rate rate;
  FLU_TRY_ASSIGN(rate.index, bits.bits(4));
  if (rate.index == 15) {
    FLU_TRY_ASSIGN(rate.hertz, bits.bits(24));
  } else {
    rate.hertz = aac_sample_rate(rate.index);
  }
  if (rate.hertz == 0 || rate.hertz > 192'000) {
    return fail(ErrorCode::kMalformed, "AAC sampling frequency out of range");
  }
  return rate;
}

bool is_general_audio(std::uint32_t type) {
  return (type >= 1 && type <= 4) || type == 6 || type == 7 || type == 17 ||
         (type >= 19 && type <= 23);
}

// GASpecificConfig (4.4.1).
Result<void> parse_general_audio(BitReader& bits, AacConfig& config) {
  FLU_TRY_ASSIGN(const bool is_short, bits.flag());
  const bool is_low_delay = config.core_type == 23;
  config.samples_per_frame = is_low_delay ? (is_short ? 480 : 512) : (is_short ? 960 : 1024);
  FLU_TRY_ASSIGN(const bool has_core, bits.flag());
  if (has_core) FLU_TRY(bits.skip(14));
  FLU_TRY_ASSIGN(const bool is_extended, bits.flag());
  if (config.channel_configuration == 0) {
    Buffer ignored;
    BitWriter out(ignored);
    FLU_TRY_ASSIGN(config.channels, copy_program_config(bits, out));
  }
  if (config.core_type == 6 || config.core_type == 20) FLU_TRY(bits.skip(3));
  if (is_extended) {
    if (config.core_type == 22) FLU_TRY(bits.skip(16));
    if (config.core_type == 17 || (config.core_type >= 19 && config.core_type <= 23 &&
                                   config.core_type != 21 && config.core_type != 22)) {
      FLU_TRY(bits.skip(3));
    }
    FLU_TRY(bits.skip(1));
  }
  return {};
}

Result<void> copy_bits(BitReader& in, BitWriter& out, unsigned count) {
  FLU_TRY_ASSIGN(const std::uint32_t value, in.bits(count));
  out.bits(value, count);
  return {};
}

Result<std::uint32_t> copy_field(BitReader& in, BitWriter& out, unsigned count) {
  FLU_TRY_ASSIGN(const std::uint32_t value, in.bits(count));
  out.bits(value, count);
  return value;
}

// A list of front, side or back elements: single channels and pairs.
Result<std::uint32_t> copy_elements(BitReader& in, BitWriter& out, std::uint32_t count) {
  std::uint32_t channels = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    FLU_TRY_ASSIGN(const std::uint32_t is_pair, copy_field(in, out, 1));
    FLU_TRY(copy_bits(in, out, 4));
    channels += 1 + is_pair;
  }
  return channels;
}

}  // namespace

std::uint32_t aac_sample_rate(std::uint32_t index) {
  constexpr std::array<std::uint32_t, 13> kRates{96'000, 88'200, 64'000, 48'000, 44'100,
                                                 32'000, 24'000, 22'050, 16'000, 12'000,
                                                 11'025, 8'000,  7'350};
  return index < kRates.size() ? kRates[index] : 0;
}

Result<std::uint32_t> copy_program_config(BitReader& in, BitWriter& out) {
  FLU_TRY(copy_bits(in, out, 10));  // element_instance_tag, object_type, frequency index
  FLU_TRY_ASSIGN(const std::uint32_t front, copy_field(in, out, 4));
  FLU_TRY_ASSIGN(const std::uint32_t side, copy_field(in, out, 4));
  FLU_TRY_ASSIGN(const std::uint32_t back, copy_field(in, out, 4));
  FLU_TRY_ASSIGN(const std::uint32_t lfe, copy_field(in, out, 2));
  FLU_TRY_ASSIGN(const std::uint32_t data, copy_field(in, out, 3));
  FLU_TRY_ASSIGN(const std::uint32_t coupling, copy_field(in, out, 4));
  for (const unsigned width : {4U, 4U, 3U}) {  // mono, stereo and matrix mixdown
    FLU_TRY_ASSIGN(const std::uint32_t is_present, copy_field(in, out, 1));
    if (is_present != 0) FLU_TRY(copy_bits(in, out, width));
  }
  FLU_TRY_ASSIGN(const std::uint32_t channels, copy_elements(in, out, front + side + back));
  for (std::uint32_t i = 0; i < lfe + data; ++i) FLU_TRY(copy_bits(in, out, 4));
  for (std::uint32_t i = 0; i < coupling; ++i) FLU_TRY(copy_bits(in, out, 5));
  FLU_TRY(in.skip((8 - in.bit_position() % 8) % 8));
  out.align();
  FLU_TRY_ASSIGN(const std::uint32_t comment, copy_field(in, out, 8));
  for (std::uint32_t i = 0; i < comment; ++i) FLU_TRY(copy_bits(in, out, 8));
  return channels + lfe;
}

Result<AacConfig> parse_aac_config(BitReader& bits) {
  AacConfig config;
  FLU_TRY_ASSIGN(config.object_type, parse_object_type(bits));
  FLU_TRY_ASSIGN(const Rate rate, parse_rate(bits));
  config.frequency_index = rate.index;
  config.sample_rate = rate.hertz;
  FLU_TRY_ASSIGN(config.channel_configuration, bits.bits(4));
  constexpr std::array<std::uint32_t, 16> kChannels{0, 1, 2, 3, 4, 5, 6, 8, 0, 0, 0, 7, 8, 0, 8, 0};
  config.channels = kChannels[config.channel_configuration];
  config.core_type = config.object_type;
  std::uint32_t factor = 1;
  if (config.object_type == kSbr || config.object_type == kPs) {
    FLU_TRY_ASSIGN(const Rate extended, parse_rate(bits));
    FLU_TRY_ASSIGN(config.core_type, parse_object_type(bits));
    if (extended.hertz == 2 * rate.hertz) factor = 2;
    config.sample_rate = rate.hertz * factor;
    if (config.object_type == kPs && config.channels == 1) config.channels = 2;
  }
  if (!is_general_audio(config.core_type)) {
    return fail(ErrorCode::kUnsupported, "AAC object type without GASpecificConfig");
  }
  FLU_TRY(parse_general_audio(bits, config));
  config.samples_per_frame *= factor;
  if (config.channels == 0) return fail(ErrorCode::kMalformed, "AAC channel configuration");
  if (config.core_type == 17 || (config.core_type >= 19 && config.core_type <= 23)) {
    FLU_TRY_ASSIGN(const std::uint32_t protection, bits.bits(2));
    if (protection > 1) return fail(ErrorCode::kUnsupported, "AAC with error protection");
  }
  return config;
}

media::Track make_aac_track(const AacConfig& config, Buffer bytes) {
  media::Track track;
  track.kind = media::TrackKind::kAudio;
  track.codec = media::CodecId::kAac;
  track.config = std::move(bytes);
  track.audio = {config.sample_rate, config.channels, config.samples_per_frame};
  track.nominal_duration = audio_duration(config.samples_per_frame, config.sample_rate);
  return track;
}

}  // namespace flu::codec
