#include "tools/serve/route.h"

#include "libcommon/base/text.h"

namespace flu::serve {
namespace {

constexpr std::string_view kTracks = "tracks-";
constexpr std::size_t kSegmentParts = 6;  // year to second

// Takes what follows the last '/' off `path`, and the '/'. nullopt: there is none.
std::optional<std::string_view> take_last_part(std::string_view& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string_view part = path.substr(slash + 1);
  path = path.substr(0, slash);
  return part;
}

bool take_suffix(std::string_view& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.remove_suffix(suffix.size());
  return true;
}

// index, mono and playlist hold all tracks; videoN the N-th video and every audio track.
std::optional<manifest::TrackChoice> choice_of(std::string_view playlist) {
  if (playlist == "index" || playlist == "mono" || playlist == "playlist") {
    return manifest::TrackChoice::all();
  }
  constexpr std::string_view kVideo = "video";
  if (!playlist.starts_with(kVideo)) return std::nullopt;
  const auto number = parse_unsigned(playlist.substr(kVideo.size()));
  if (!number || *number == 0 || *number > 63) return std::nullopt;
  return manifest::TrackChoice::video_with_audio(static_cast<unsigned>(*number));
}

std::optional<manifest::TrackChoice> take_tracks(std::string_view& path) {
  std::string_view rest = path;
  const auto part = take_last_part(rest);
  if (!part || !part->starts_with(kTracks)) return std::nullopt;
  auto choice = manifest::parse_track_choice(part->substr(kTracks.size()));
  if (choice) path = rest;
  return choice;
}

std::optional<Route> parse_playlist(std::string_view folder, std::string_view name) {
  const auto choice = choice_of(name);
  if (!choice) return std::nullopt;
  Route route{Route::Kind::kPlaylist, "", *choice, {}, ""};
  if (const auto tracks = take_tracks(folder)) {
    if (name != "index" && name != "mono") return std::nullopt;
    route.choice = *tracks;
    route.segment_base = "../";
  }
  route.stream = folder;
  return route;
}

// `path` without ".ts".
std::optional<Route> parse_segment(std::string_view path) {
  std::string_view folder = path;
  for (std::size_t i = 0; i < kSegmentParts; ++i) {
    if (!take_last_part(folder)) return std::nullopt;
  }
  const auto time = manifest::parse_segment_path(path.substr(folder.size() + 1));
  const auto choice = take_tracks(folder);
  if (!time || !choice) return std::nullopt;
  return Route{Route::Kind::kSegment, std::string(folder), *choice, *time, ""};
}

std::optional<Route> parse_known(std::string_view path) {
  std::string_view folder = path;
  const auto last = take_last_part(folder);
  if (!last) return std::nullopt;
  std::string_view name = *last;
  if (name == "mpegts") {
    return Route{Route::Kind::kMpegts, std::string(folder), manifest::TrackChoice::all(), {}, ""};
  }
  if (take_suffix(name, ".m3u8")) return parse_playlist(folder, name);
  if (take_suffix(path, ".ts")) return parse_segment(path);
  return std::nullopt;
}

}  // namespace

std::optional<Route> parse_route(std::string_view path) {
  if (path == "/") return Route{};
  if (path.empty() || path.front() != '/') return std::nullopt;
  auto route = parse_known(path.substr(1));
  if (!route || !is_stream_name(route->stream)) return std::nullopt;
  return route;
}

}  // namespace flu::serve
