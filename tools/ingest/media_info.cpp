#include "tools/ingest/media_info.h"

#include <array>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace flu::ingest {
namespace {

nlohmann::json stream_info(const media::Track& track, unsigned number) {
  static constexpr std::array<char, 3> kLetters{'v', 'a', 't'};
  nlohmann::json out;
  out["content"] = track.kind == media::TrackKind::kSubtitle ? "text" : to_string(track.kind);
  out["codec"] = to_string(track.codec);
  out["track_id"] = fmt::format("{}{}", kLetters[static_cast<std::size_t>(track.kind)], number);
  if (track.language != "und") out["lang"] = track.language;
  if (track.kind == media::TrackKind::kVideo) {
    const media::VideoFormat& video = track.video;
    out["size"] = fmt::format("{}x{}", video.width, video.height);
    out["width"] = video.width;
    out["height"] = video.height;
    out["sar_width"] = video.sar_width;
    out["sar_height"] = video.sar_height;
    if (video.rate_num != 0 && video.rate_den != 0) {
      out["fps"] = std::round(1000.0 * video.rate_num / video.rate_den) / 1000.0;
    }
  }
  if (track.kind == media::TrackKind::kAudio) {
    out["sample_rate"] = track.audio.sample_rate;
    out["channels"] = track.audio.channels;
  }
  return out;
}

}  // namespace

nlohmann::json media_info(const media::Tracks& tracks) {
  nlohmann::json out;
  out["streams"] = nlohmann::json::array();
  std::array<unsigned, 3> numbers{};
  for (const media::Track& track : tracks) {
    out["streams"].push_back(stream_info(track, ++numbers[static_cast<std::size_t>(track.kind)]));
    if (track.kind == media::TrackKind::kVideo && !out.contains("width")) {
      out["width"] = track.video.width;
      out["height"] = track.video.height;
    }
  }
  return out;
}

}  // namespace flu::ingest
