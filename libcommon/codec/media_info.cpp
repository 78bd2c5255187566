#include "libcommon/codec/media_info.h"

#include <array>
#include <cmath>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace flu::codec {
namespace {

using media::CodecId;
using nlohmann::json;

struct Name {
  unsigned number;
  const char* name;
};

template <std::size_t kSize>
std::string name_of(const std::array<Name, kSize>& names, unsigned number) {
  for (const Name& name : names) {
    if (name.number == number) return name.name;
  }
  return "";
}

constexpr std::array kH264Profiles{// ISO 14496-10 A.2
                                   Name{66, "Baseline"},    Name{77, "Main"},
                                   Name{88, "Extended"},    Name{100, "High"},
                                   Name{110, "High 10"},    Name{122, "High 4:2:2"},
                                   Name{44, "CAVLC 4:4:4"}, Name{244, "High 4:4:4 Predictive"}};
constexpr std::array kHevcProfiles{// ISO 23008-2 A.3
                                   Name{1, "Main"}, Name{2, "Main 10"},
                                   Name{3, "Main Still Picture"}, Name{4, "Range Extensions"}};
constexpr std::array kMpeg2Profiles{
    // ISO 13818-2 8.1
    Name{1, "High"}, Name{2, "Spatial"}, Name{3, "SNR"}, Name{4, "Main"}, Name{5, "Simple"}};
constexpr std::array kMpeg2Levels{Name{4, "High"}, Name{6, "High 1440"}, Name{8, "Main"},
                                  Name{10, "Low"}};

// profile_and_level_indication of the sequence extension (ISO 13818-2 6.2.2.3).
std::optional<unsigned> mpeg2_profile_and_level(Bytes config) {
  for (std::size_t i = 0; i + 6 <= config.size(); ++i) {
    const bool is_extension = config[i] == 0 && config[i + 1] == 0 && config[i + 2] == 1 &&
                              config[i + 3] == 0xB5 && config[i + 4] >> 4 == 1;
    if (is_extension) return (config[i + 4] & 0x0FU) << 4 | config[i + 5] >> 4;
  }
  return std::nullopt;
}

std::string h264_level(Bytes config) {
  const unsigned level = config[3];
  const bool is_1b = level == 9 || (level == 11 && config[1] != 100 && (config[2] & 0x10) != 0);
  return is_1b ? "1b" : fmt::format("{}.{}", level / 10, level % 10);
}

// Of the lengths before NAL units; 0 for codecs without.
unsigned length_size(const media::Track& track) {
  const Bytes config = track.config;
  if (track.codec == CodecId::kH264 && config.size() > 4) return (config[4] & 3U) + 1;
  if (track.codec == CodecId::kHevc && config.size() > 21) return (config[21] & 3U) + 1;
  return 0;
}

std::uint32_t shown_width(const media::VideoFormat& video) {
  if (video.sar_width == 0 || video.sar_height == 0) return video.width;
  return static_cast<std::uint32_t>(
      std::llround(static_cast<double>(video.width) * video.sar_width / video.sar_height));
}

double rounded(double rate) {
  return std::round(rate * 1000) / 1000;
}

void describe_video(const media::Track& track, const MeasuredTrack& measured, json& out) {
  const media::VideoFormat& video = track.video;
  const std::uint32_t width = shown_width(video);
  out["size"] = fmt::format("{}x{}", width, video.height);
  out["width"] = width;
  out["height"] = video.height;
  out["pixel_width"] = video.width;
  out["pixel_height"] = video.height;
  out["sar_width"] = video.sar_width;
  out["sar_height"] = video.sar_height;
  if (video.rate_num != 0 && video.rate_den != 0) {
    out["fps"] = rounded(static_cast<double>(video.rate_num) / video.rate_den);
  } else if (measured.frame_rate > 0) {
    out["fps"] = rounded(measured.frame_rate);
  }
  if (const unsigned size = length_size(track)) out["length_size"] = size;
  if (auto profile = profile_name(track); !profile.empty()) out["profile"] = std::move(profile);
  if (auto level = level_name(track); !level.empty()) out["level"] = std::move(level);
}

json describe(const media::Track& track, unsigned number, const MeasuredTrack& measured) {
  static constexpr std::array<char, 3> kLetters{'v', 'a', 't'};
  json out;
  out["content"] = track.kind == media::TrackKind::kSubtitle ? "text" : to_string(track.kind);
  out["codec"] = to_string(track.codec);
  out["track_id"] = fmt::format("{}{}", kLetters.at(static_cast<std::size_t>(track.kind)), number);
  if (track.language != "und") out["lang"] = track.language;
  if (measured.bitrate > 0) out["bitrate"] = std::llround(measured.bitrate / 1000);
  if (track.kind == media::TrackKind::kVideo) describe_video(track, measured, out);
  if (track.kind == media::TrackKind::kAudio) {
    out["sample_rate"] = track.audio.sample_rate;
    out["channels"] = track.audio.channels;
  }
  return out;
}

}  // namespace

std::string profile_name(const media::Track& track) {
  const Bytes config = track.config;
  if (track.codec == CodecId::kH264 && config.size() > 3) return name_of(kH264Profiles, config[1]);
  if (track.codec == CodecId::kHevc && config.size() > 12) {
    return name_of(kHevcProfiles, config[1] & 0x1FU);
  }
  if (track.codec == CodecId::kMpeg2Video) {
    const auto both = mpeg2_profile_and_level(config);
    return both ? name_of(kMpeg2Profiles, *both >> 4 & 7U) : "";
  }
  return "";
}

std::string level_name(const media::Track& track) {
  const Bytes config = track.config;
  if (track.codec == CodecId::kH264 && config.size() > 3) return h264_level(config);
  if (track.codec == CodecId::kHevc && config.size() > 12) {  // 30 times the level
    return fmt::format("{}.{}", config[12] / 30, config[12] % 30 / 3);
  }
  if (track.codec == CodecId::kMpeg2Video) {
    const auto both = mpeg2_profile_and_level(config);
    return both ? name_of(kMpeg2Levels, *both & 15U) : "";
  }
  return "";
}

json media_info(const media::Tracks& tracks,
                const std::map<std::uint32_t, MeasuredTrack>& measured) {
  json out;
  out["streams"] = json::array();
  std::array<unsigned, 3> numbers{};
  for (const media::Track& track : tracks) {
    const auto found = measured.find(track.id);
    out["streams"].push_back(describe(track, ++numbers.at(static_cast<std::size_t>(track.kind)),
                                      found == measured.end() ? MeasuredTrack{} : found->second));
    if (track.kind == media::TrackKind::kVideo && !out.contains("width")) {
      out["width"] = shown_width(track.video);
      out["height"] = track.video.height;
    }
  }
  return out;
}

}  // namespace flu::codec
