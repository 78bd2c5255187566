#include "libcommon/media/track.h"

#include <algorithm>
#include <array>
#include <utility>

namespace flu::media {
namespace {

constexpr std::array<std::pair<CodecId, std::string_view>, 12> kNames{{
    {CodecId::kH264, "h264"},
    {CodecId::kHevc, "hevc"},
    {CodecId::kMpeg2Video, "mpeg2video"},
    {CodecId::kAac, "aac"},
    {CodecId::kMp3, "mp3"},
    {CodecId::kMp2, "mp2"},
    {CodecId::kAc3, "ac3"},
    {CodecId::kEac3, "eac3"},
    {CodecId::kOpus, "opus"},
    {CodecId::kDvbSubtitle, "dvb_subtitle"},
    {CodecId::kTeletext, "dvb_teletext"},
    {CodecId::kWebVtt, "webvtt"},
}};

}  // namespace

TrackKind kind_of(CodecId codec) {
  switch (codec) {
    case CodecId::kH264:
    case CodecId::kHevc:
    case CodecId::kMpeg2Video: return TrackKind::kVideo;
    case CodecId::kAac:
    case CodecId::kMp3:
    case CodecId::kMp2:
    case CodecId::kAc3:
    case CodecId::kEac3:
    case CodecId::kOpus: return TrackKind::kAudio;
    case CodecId::kDvbSubtitle:
    case CodecId::kTeletext:
    case CodecId::kWebVtt: return TrackKind::kSubtitle;
  }
  return TrackKind::kSubtitle;
}

std::string_view to_string(CodecId codec) {
  const auto* const found = std::find_if(kNames.begin(), kNames.end(),
                                         [&](const auto& entry) { return entry.first == codec; });
  return found == kNames.end() ? "unknown" : found->second;
}

std::string_view to_string(TrackKind kind) {
  switch (kind) {
    case TrackKind::kVideo: return "video";
    case TrackKind::kAudio: return "audio";
    case TrackKind::kSubtitle: return "subtitle";
  }
  return "unknown";
}

std::optional<CodecId> parse_codec(std::string_view name) {
  const auto* const found = std::find_if(kNames.begin(), kNames.end(),
                                         [&](const auto& entry) { return entry.second == name; });
  if (found == kNames.end()) return std::nullopt;
  return found->first;
}

bool is_text(const Track& track) {
  return track.codec == CodecId::kWebVtt;
}

const Track* find_track(const Tracks& tracks, std::uint32_t id) {
  const auto found =
      std::find_if(tracks.begin(), tracks.end(), [&](const Track& t) { return t.id == id; });
  return found == tracks.end() ? nullptr : &*found;
}

const Track* main_track(const Tracks& tracks) {
  for (const TrackKind wanted : {TrackKind::kVideo, TrackKind::kAudio, TrackKind::kSubtitle}) {
    for (const Track& track : tracks) {
      if (track.kind == wanted) return &track;
    }
  }
  return nullptr;
}

}  // namespace flu::media
