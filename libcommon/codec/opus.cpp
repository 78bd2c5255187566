#include "libcommon/codec/opus.h"

#include <array>

#include "libcommon/base/byte_reader.h"
#include "libcommon/base/byte_writer.h"
#include "libcommon/codec/format_values.h"
#include "libcommon/codec/limits.h"

namespace flu::codec {
namespace {

constexpr std::uint32_t kRate = 48'000;
constexpr std::uint32_t kMaxSamples = 5760;  // 120 ms, RFC 6716 3.4
constexpr std::size_t kMaxPacket = kMaxAudioBacklog / 2;
constexpr std::uint8_t kOpusExtension = 0x80;
constexpr std::uint8_t kMaxChannelCode = 8;

// How the channels lie in the streams of a packet, by channel_config_code; 0 is dual mono, the
// others are channel mapping family 1 (RFC 7845 5.1.1.2).
struct Layout {
  std::uint8_t streams = 1;
  std::uint8_t coupled = 0;
};
constexpr std::array<Layout, 9> kLayouts{
    {{1, 1}, {1, 0}, {1, 1}, {2, 1}, {2, 2}, {3, 2}, {4, 2}, {4, 3}, {5, 3}}};
constexpr std::array<std::array<std::uint8_t, 8>, 8> kMappings{{{0},
                                                                {0, 1},
                                                                {0, 2, 1},
                                                                {0, 1, 2, 3},
                                                                {0, 4, 1, 2, 3},
                                                                {0, 4, 1, 2, 3, 5},
                                                                {0, 4, 1, 2, 3, 5, 6},
                                                                {0, 6, 1, 2, 3, 4, 5, 7}}};

// "Encapsulation of Opus in ISO base media files" 4.3.2.
Buffer make_dops(std::uint8_t code) {
  const std::uint8_t channels = code == 0 ? 2 : code;
  Buffer bytes;
  ByteWriter out(bytes);
  out.u8(0);  // Version
  out.u8(channels);
  out.u16(0);  // PreSkip: MPEG-TS has none, its control headers say what to trim
  out.u32(kRate);
  out.u16(0);  // OutputGain
  const std::uint8_t family = code == 0 ? 255 : channels > 2 ? 1 : 0;
  out.u8(family);
  if (family != 0) {
    out.u8(kLayouts[code].streams);
    out.u8(kLayouts[code].coupled);
    out.bytes(Bytes(kMappings[channels - 1U]).first(channels));
  }
  return bytes;
}

Result<OpusControlHeader> parse(ByteReader& reader) {
  constexpr std::uint16_t kStartTrim = 0x10;
  constexpr std::uint16_t kEndTrim = 0x08;
  constexpr std::uint16_t kExtension = 0x04;
  const std::size_t all = reader.remaining();
  OpusControlHeader header;
  FLU_TRY_ASSIGN(const std::uint16_t flags, reader.u16());
  while (true) {
    FLU_TRY_ASSIGN(const std::uint8_t part, reader.u8());
    header.packet_size += part;
    if (header.packet_size > kMaxPacket) {
      return fail(ErrorCode::kLimitExceeded, "Opus packet of more than 32 KiB");
    }
    if (part != 0xFF) break;
  }
  if ((flags & kStartTrim) != 0) FLU_TRY(reader.skip(2));
  if ((flags & kEndTrim) != 0) FLU_TRY(reader.skip(2));
  if ((flags & kExtension) != 0) {
    FLU_TRY_ASSIGN(const std::uint8_t length, reader.u8());
    FLU_TRY(reader.skip(length));
  }
  header.header_size = all - reader.remaining();
  return header;
}

}  // namespace

OpusControl parse_opus_control(Bytes bytes, OpusControlHeader& header) {
  // control_header_prefix is 0x3FF in 11 bits.
  if (!bytes.empty() && bytes[0] != 0x7F) return OpusControl::kNone;
  if (bytes.size() > 1 && (bytes[1] & 0xE0) != 0xE0) return OpusControl::kNone;
  ByteReader reader(bytes);
  const auto parsed = parse(reader);
  if (!parsed) {
    return parsed.error().code == ErrorCode::kLimitExceeded ? OpusControl::kNone
                                                            : OpusControl::kShort;
  }
  if (parsed->packet_size == 0) return OpusControl::kNone;
  header = *parsed;
  return OpusControl::kWhole;
}

std::optional<std::uint32_t> opus_packet_samples(Bytes packet) {
  if (packet.empty()) return std::nullopt;
  const unsigned config = packet[0] >> 3;
  std::uint32_t frame = 0;
  if (config < 12) {
    constexpr std::array<std::uint32_t, 4> kSilk{480, 960, 1920, 2880};
    frame = kSilk[config & 3U];
  } else if (config < 16) {
    frame = (config & 1U) != 0 ? 960 : 480;
  } else {
    frame = 120U << (config & 3U);
  }
  std::uint32_t count = 1;
  switch (packet[0] & 3U) {
    case 0: break;
    case 1:
    case 2: count = 2; break;
    default:
      if (packet.size() < 2) return std::nullopt;
      count = packet[1] & 0x3FU;
  }
  const std::uint32_t samples = frame * count;
  if (samples == 0 || samples > kMaxSamples) return std::nullopt;
  return samples;
}

OpusParser::OpusParser(Bytes config) {
  if (config.size() >= 2 && config[0] == kOpusExtension && config[1] <= kMaxChannelCode) {
    channel_code_ = config[1];
  }
}

AudioParser::Frame OpusParser::find(Bytes bytes, bool is_end) const {
  OpusControlHeader header;
  switch (parse_opus_control(bytes, header)) {
    case OpusControl::kNone: return {};
    case OpusControl::kShort: return {is_end ? Found::kNone : Found::kMore};
    case OpusControl::kWhole: break;
  }
  return {Found::kFrame, header.header_size + header.packet_size, 1};
}

bool OpusParser::unpack(Bytes frame, std::vector<AudioPayload>& out) {
  OpusControlHeader header;
  if (parse_opus_control(frame, header) != OpusControl::kWhole) return false;
  const Bytes packet = frame.subspan(header.header_size);
  const auto samples = opus_packet_samples(packet);
  if (!samples) return false;
  if (track_.config.empty()) {
    const std::uint8_t stereo = (packet[0] & 4) != 0 ? 2 : 1;
    const std::uint8_t code = channel_code_.value_or(stereo);
    track_.kind = media::TrackKind::kAudio;
    track_.codec = media::CodecId::kOpus;
    track_.config = make_dops(code);
    track_.audio = {kRate, code == 0 ? 2U : code, 0};
    track_.nominal_duration = audio_duration(*samples, kRate);
  }
  out.push_back({Buffer(packet.begin(), packet.end()), *samples});
  return true;
}

}  // namespace flu::codec
