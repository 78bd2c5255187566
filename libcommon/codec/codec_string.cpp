#include "libcommon/codec/codec_string.h"

#include <fmt/format.h>

#include "libcommon/base/bit_reader.h"
#include "libcommon/codec/aac_config.h"

namespace flu::codec {
namespace {

// avc1.PPCCLL: profile, constraints and level as in avcC (RFC 6381 3.3).
std::string h264_string(Bytes config) {
  if (config.size() < 4) return {};
  return fmt::format("avc1.{:02x}{:02x}{:02x}", config[1], config[2], config[3]);
}

// ISO 14496-15 E.3: profile space and profile, compatibility flags in reverse bit order, tier and
// level, constraint bytes without the zeros at their end.
std::string hevc_string(Bytes config) {
  if (config.size() < 13) return {};
  std::string out = "hvc1.";
  const unsigned space = config[1] >> 6;
  if (space > 0) out += static_cast<char>('A' + space - 1);
  out += fmt::format("{}.", config[1] & 0x1F);
  std::uint32_t reversed = 0;
  for (unsigned bit = 0; bit < 32; ++bit) {
    const unsigned value = (config[2 + bit / 8] >> (7 - bit % 8)) & 1U;
    reversed |= value << bit;
  }
  const char tier = (config[1] & 0x20) != 0 ? 'H' : 'L';
  out += fmt::format("{:X}.{}{}", reversed, tier, config[12]);
  std::size_t last = 12;
  while (last > 6 && config[last - 1] == 0) --last;
  for (std::size_t i = 6; i < last; ++i) out += fmt::format(".{:X}", config[i]);
  return out;
}

std::string aac_string(Bytes config) {
  BitReader bits(config);
  const auto parsed = parse_aac_config(bits);
  return fmt::format("mp4a.40.{}", parsed ? parsed->object_type : 2);
}

// The object type indications of ISO 13818-3 and 11172-3 audio: the former has the sampling rates
// below 32 kHz.
std::string mpeg_audio_string(const media::Track& track) {
  return track.audio.sample_rate >= 32'000 ? "mp4a.6B" : "mp4a.69";
}

}  // namespace

std::string codec_string(const media::Track& track) {
  switch (track.codec) {
    case media::CodecId::kH264: return h264_string(track.config);
    case media::CodecId::kHevc: return hevc_string(track.config);
    case media::CodecId::kMpeg2Video: return "mp4v.61";
    case media::CodecId::kAac: return aac_string(track.config);
    case media::CodecId::kMp3:
    case media::CodecId::kMp2: return mpeg_audio_string(track);
    case media::CodecId::kAc3: return "ac-3";
    case media::CodecId::kEac3: return "ec-3";
    case media::CodecId::kOpus: return "opus";
    case media::CodecId::kDvbSubtitle:
    case media::CodecId::kTeletext: return {};
    case media::CodecId::kWebVtt: return "wvtt";
  }
  return {};
}

}  // namespace flu::codec
