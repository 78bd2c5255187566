#include "libcommon/manifest/master_playlist.h"

#include <iterator>
#include <string_view>

#include <fmt/format.h>

namespace flu::manifest {
namespace {

constexpr std::string_view kSubtitles = "SUBTITLES";

std::string_view yes_or_no(bool is_so) {
  return is_so ? "YES" : "NO";
}

void write_rendition(std::string& out, std::string_view type,
                     const MasterPlaylist::Rendition& rendition) {
  const auto to = std::back_inserter(out);
  fmt::format_to(to, "#EXT-X-MEDIA:TYPE={},GROUP-ID=\"{}\",NAME=\"{}\"", type, rendition.group,
                 rendition.name);
  if (!rendition.language.empty()) fmt::format_to(to, ",LANGUAGE=\"{}\"", rendition.language);
  fmt::format_to(to, ",DEFAULT={},AUTOSELECT={}", yes_or_no(rendition.is_default),
                 yes_or_no(rendition.is_automatic || rendition.is_default));
  if (type == kSubtitles) fmt::format_to(to, ",FORCED=NO");
  if (!rendition.characteristics.empty()) {
    fmt::format_to(to, ",CHARACTERISTICS=\"{}\"", rendition.characteristics);
  }
  if (rendition.channels > 0) fmt::format_to(to, ",CHANNELS=\"{}\"", rendition.channels);
  fmt::format_to(to, ",URI=\"{}\"\n", rendition.uri);
}

void write_variant(std::string& out, const MasterPlaylist::Variant& variant) {
  const auto to = std::back_inserter(out);
  fmt::format_to(to, "#EXT-X-STREAM-INF:BANDWIDTH={}", variant.bandwidth);
  if (variant.average_bandwidth > 0) {
    fmt::format_to(to, ",AVERAGE-BANDWIDTH={}", variant.average_bandwidth);
  }
  if (!variant.codecs.empty()) fmt::format_to(to, ",CODECS=\"{}\"", variant.codecs);
  if (variant.width > 0 && variant.height > 0) {
    fmt::format_to(to, ",RESOLUTION={}x{}", variant.width, variant.height);
  }
  if (variant.frame_rate > 0) fmt::format_to(to, ",FRAME-RATE={:.3f}", variant.frame_rate);
  if (!variant.audio_group.empty()) fmt::format_to(to, ",AUDIO=\"{}\"", variant.audio_group);
  if (!variant.subtitle_group.empty()) {
    fmt::format_to(to, ",SUBTITLES=\"{}\"", variant.subtitle_group);
  }
  fmt::format_to(to, "\n{}\n", variant.uri);
}

}  // namespace

std::string write_master_playlist(const MasterPlaylist& playlist) {
  // Nothing in it needs more than version 1, and its playlists say their own (RFC 8216bis 8).
  std::string out = "#EXTM3U\n";
  for (const auto& rendition : playlist.audio) write_rendition(out, "AUDIO", rendition);
  for (const auto& rendition : playlist.subtitles) write_rendition(out, kSubtitles, rendition);
  for (const auto& variant : playlist.variants) write_variant(out, variant);
  return out;
}

}  // namespace flu::manifest
