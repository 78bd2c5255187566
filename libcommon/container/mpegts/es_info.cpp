#include "libcommon/container/mpegts/es_info.h"

#include <array>
#include <string_view>
#include <utility>

#include "libcommon/container/mpegts/ts_types.h"

namespace flu::container::mpegts {
namespace {

using media::CodecId;

std::uint32_t registration(Bytes list) {
  std::uint32_t value = 0;
  for_each_descriptor(list, [&](std::uint8_t tag, Bytes body) {
    if (tag == static_cast<std::uint8_t>(DescriptorTag::kRegistration) && body.size() >= 4) {
      value = std::uint32_t{body[0]} << 24 | std::uint32_t{body[1]} << 16 |
              std::uint32_t{body[2]} << 8 | body[3];
    }
  });
  return value;
}

std::optional<CodecId> codec_of_registration(std::uint32_t id) {
  switch (id) {
    case four_cc("AC-3"): return CodecId::kAc3;
    case four_cc("EAC3"): return CodecId::kEac3;
    case four_cc("HEVC"): return CodecId::kHevc;
    case four_cc("Opus"): return CodecId::kOpus;
    default: return std::nullopt;
  }
}

// Stream type 6: the first descriptor that names a coding decides (ETSI TS 101 154 4.1.8.20).
std::optional<CodecId> codec_of_private(Bytes list) {
  std::optional<CodecId> codec;
  for_each_descriptor(list, [&](std::uint8_t tag, Bytes) {
    if (codec) return;
    switch (static_cast<DescriptorTag>(tag)) {
      case DescriptorTag::kAc3: codec = CodecId::kAc3; break;
      case DescriptorTag::kEac3: codec = CodecId::kEac3; break;
      case DescriptorTag::kTeletext: codec = CodecId::kTeletext; break;
      case DescriptorTag::kSubtitling: codec = CodecId::kDvbSubtitle; break;
      default: break;
    }
  });
  return codec ? codec : codec_of_registration(registration(list));
}

std::optional<CodecId> codec_of(std::uint8_t stream_type, Bytes list, bool is_hdmv) {
  switch (static_cast<StreamType>(stream_type)) {
    case StreamType::kMpeg1Video:
    case StreamType::kMpeg2Video: return CodecId::kMpeg2Video;
    case StreamType::kMpeg1Audio:
    case StreamType::kMpeg2Audio: return CodecId::kMp2;
    case StreamType::kPrivatePes: return codec_of_private(list);
    case StreamType::kAdts:
    case StreamType::kLatm: return CodecId::kAac;
    case StreamType::kH264: return CodecId::kH264;
    case StreamType::kHevc: return CodecId::kHevc;
    case StreamType::kAc3: return CodecId::kAc3;
    case StreamType::kEac3: return CodecId::kEac3;
    case StreamType::kHdmvEac3:
      if (is_hdmv) return CodecId::kEac3;
      return codec_of_registration(registration(list));
    case StreamType::kScte35: break;
  }
  return std::nullopt;
}

void read_audio_descriptor(DescriptorTag tag, Bytes body, EsInfo& info) {
  if (tag == DescriptorTag::kLanguage && body.size() >= 4) {
    info.language = language_of(body.first(3));
    if (body[3] <= 3) info.audio_type = body[3];
  }
  if (tag != DescriptorTag::kExtension || body.size() < 2) return;
  if (body[0] == kSupplementaryAudioExtension && info.audio_type == 0) {
    // ETSI EN 300 468 table 6: 1 audio description, 2 clean audio for the hearing impaired.
    const unsigned classification = (body[1] >> 2) & 0x1F;
    if (classification == 1) info.audio_type = 3;
    if (classification == 2) info.audio_type = 2;
    const bool has_language = (body[1] & 1) != 0;
    if (has_language && body.size() >= 5 && info.language == "und") {
      info.language = language_of(body.subspan(2, 3));
    }
  } else if (body[0] == kOpusExtension && info.codec == CodecId::kOpus) {
    info.config.assign(body.begin(), body.end());
  }
}

// 8 bytes an entry: language, type, composition and ancillary page (EN 300 468 6.2.41).
void read_subtitling_descriptor(Bytes body, EsInfo& info) {
  if (info.codec != CodecId::kDvbSubtitle || body.size() < 8) return;
  info.config.assign(body.begin(), body.end());
  info.language = language_of(body.first(3));
  info.is_hearing_impaired = body[3] >= 0x20 && body[3] <= 0x25;
}

// 5 bytes an entry: language, type and magazine, page (6.2.43). The first page of subtitles speaks
// for the track, else the first page.
void read_teletext_descriptor(Bytes body, EsInfo& info) {
  constexpr std::size_t kEntry = 5;
  if (info.codec != CodecId::kTeletext || body.size() < kEntry) return;
  info.config.assign(body.begin(), body.end());
  info.language = language_of(body.first(3));
  for (std::size_t at = 0; at + kEntry <= body.size(); at += kEntry) {
    const unsigned type = body[at + 3] >> 3;
    if (type != 2 && type != 5) continue;
    info.language = language_of(body.subspan(at, 3));
    info.is_hearing_impaired = type == 5;
    return;
  }
}

}  // namespace

std::string language_of(Bytes three_bytes) {
  using Pair = std::pair<std::string_view, std::string_view>;
  // ISO 639-2: the 20 languages whose bibliographic code differs.
  static constexpr std::array<Pair, 20> kTerminology = {{
      {"alb", "sqi"}, {"arm", "hye"}, {"baq", "eus"}, {"bur", "mya"}, {"chi", "zho"},
      {"cze", "ces"}, {"dut", "nld"}, {"fre", "fra"}, {"geo", "kat"}, {"ger", "deu"},
      {"gre", "ell"}, {"ice", "isl"}, {"mac", "mkd"}, {"mao", "mri"}, {"may", "msa"},
      {"per", "fas"}, {"rum", "ron"}, {"slo", "slk"}, {"tib", "bod"}, {"wel", "cym"},
  }};
  std::string code;
  for (std::uint8_t byte : three_bytes) {
    if (byte >= 'A' && byte <= 'Z') byte = static_cast<std::uint8_t>(byte + ('a' - 'A'));
    if (byte < 'a' || byte > 'z') return "und";
    code.push_back(static_cast<char>(byte));
  }
  if (code.size() != 3) return "und";
  for (const auto& [bibliographic, terminology] : kTerminology) {
    if (code == bibliographic) return std::string(terminology);
  }
  return code;
}

std::optional<EsInfo> describe_stream(const PmtStream& stream, Bytes program_descriptors) {
  const bool is_hdmv = registration(program_descriptors) == four_cc("HDMV");
  EsInfo info;
  info.pid = stream.pid;
  if (stream.pid < kFirstStreamPid || stream.pid == kNullPid) return std::nullopt;
  if (stream.stream_type == static_cast<std::uint8_t>(StreamType::kScte35)) {
    if (is_hdmv) return std::nullopt;  // DTS-HD there
    info.is_scte35 = true;
    return info;
  }
  const auto codec = codec_of(stream.stream_type, stream.descriptors, is_hdmv);
  if (!codec) return std::nullopt;
  info.codec = *codec;
  if (stream.stream_type == static_cast<std::uint8_t>(StreamType::kLatm)) {
    info.aac = codec::AacTransport::kLatm;
  }
  for_each_descriptor(stream.descriptors, [&](std::uint8_t tag, Bytes body) {
    const auto known = static_cast<DescriptorTag>(tag);
    if (media::kind_of(info.codec) == media::TrackKind::kAudio) {
      read_audio_descriptor(known, body, info);
    } else if (known == DescriptorTag::kSubtitling) {
      read_subtitling_descriptor(body, info);
    } else if (known == DescriptorTag::kTeletext) {
      read_teletext_descriptor(body, info);
    }
  });
  return info;
}

}  // namespace flu::container::mpegts
