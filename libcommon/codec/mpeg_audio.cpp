#include "libcommon/codec/mpeg_audio.h"

#include <array>

#include "libcommon/codec/format_values.h"

namespace flu::codec {
namespace {

// kbit/s by bitrate_index 1 ... 14 (ISO 11172-3 2.4.2.3, ISO 13818-3 2.4.2.3).
using Bitrates = std::array<std::uint16_t, 15>;
constexpr Bitrates kLayer1{0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448};
constexpr Bitrates kLayer2{0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384};
constexpr Bitrates kLayer3{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320};
constexpr Bitrates kLowLayer1{0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256};
constexpr Bitrates kLowLayer23{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160};

constexpr std::array<std::uint32_t, 3> kRates{44'100, 48'000, 32'000};

const Bitrates& bitrates(unsigned version, unsigned layer) {
  if (version == 1) return layer == 1 ? kLayer1 : layer == 2 ? kLayer2 : kLayer3;
  return layer == 1 ? kLowLayer1 : kLowLayer23;
}

std::uint32_t samples_of(unsigned version, unsigned layer) {
  if (layer == 1) return 384;
  return layer == 3 && version != 1 ? 576 : 1152;
}

}  // namespace

std::optional<MpegAudioHeader> parse_mpeg_audio_header(Bytes bytes) {
  if (bytes.size() < 4 || bytes[0] != 0xFF || (bytes[1] & 0xE0) != 0xE0) return std::nullopt;
  const unsigned version = (bytes[1] >> 3) & 3U;
  const unsigned layer = (bytes[1] >> 1) & 3U;
  const unsigned bitrate = bytes[2] >> 4;
  const unsigned rate = (bytes[2] >> 2) & 3U;
  if (version == 1 || layer == 0 || bitrate == 0 || bitrate == 15 || rate == 3) {
    return std::nullopt;
  }
  MpegAudioHeader header;
  header.version = version == 3 ? 1 : version == 2 ? 2 : 25;
  header.layer = 4 - layer;
  header.sample_rate = kRates[rate] >> (version == 3 ? 0 : version == 2 ? 1 : 2);
  header.channels = bytes[3] >> 6 == 3 ? 1 : 2;
  header.samples = samples_of(header.version, header.layer);
  const std::uint32_t bits_a_second = bitrates(header.version, header.layer)[bitrate] * 1000U;
  const std::uint32_t padding = (bytes[2] >> 1) & 1U;
  if (header.layer == 1) {
    header.frame_size = (12 * bits_a_second / header.sample_rate + padding) * std::size_t{4};
  } else {
    header.frame_size = header.samples / 8 * bits_a_second / header.sample_rate + padding;
  }
  return header;
}

AudioParser::Frame MpegAudioParser::find(Bytes bytes, bool is_end) const {
  if (bytes[0] != 0xFF || (bytes.size() > 1 && (bytes[1] & 0xE0) != 0xE0)) return {};
  if (bytes.size() < 4) return {is_end ? Found::kNone : Found::kMore};
  const auto header = parse_mpeg_audio_header(bytes);
  if (!header) return {};
  const std::uint32_t identity =
      header->sample_rate << 8 | header->version << 3 | header->layer << 1 | (header->channels - 1);
  return {Found::kFrame, header->frame_size, identity};
}

bool MpegAudioParser::unpack(Bytes frame, std::vector<AudioPayload>& out) {
  const auto header = parse_mpeg_audio_header(frame);
  if (!header) return false;
  track_.kind = media::TrackKind::kAudio;
  track_.codec = header->layer == 3 ? media::CodecId::kMp3 : media::CodecId::kMp2;
  track_.audio = {header->sample_rate, header->channels, header->samples};
  track_.nominal_duration = audio_duration(header->samples, header->sample_rate);
  out.push_back({Buffer(frame.begin(), frame.end()), header->samples});
  return true;
}

}  // namespace flu::codec
