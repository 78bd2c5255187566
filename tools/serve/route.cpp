#include "tools/serve/route.h"

#include <fmt/format.h>

#include "libcommon/base/text.h"
#include "libcommon/manifest/carried_query.h"
#include "libcommon/wire/http/target.h"
#include "tools/serve/limits.h"

namespace flu::serve {
namespace {

constexpr std::string_view kTracks = "tracks-";
constexpr std::string_view kAssets = "/flu/assets/";
constexpr std::string_view kTimePath = "/flu/time";
constexpr std::uint64_t kMaxRewind = 31ULL * 24 * 3600;  // a month; beyond is a mistake
constexpr std::size_t kSegmentParts = 6;                 // year to second

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

// mono holds all tracks; videoN the N-th video and every audio track; index and playlist what a
// player is to choose from, or all tracks. But as fragmented MP4 those are one of a kind at most:
// browsers refuse a second audio track in one file.
bool take_list(std::string_view playlist, Route& route) {
  if (playlist == "mono") return true;
  if (playlist == "index" || playlist == "playlist") {
    route.list = List::kIndex;
    if (route.format == Format::kFmp4) route.choice = manifest::TrackChoice::one_of_kind();
    return true;
  }
  constexpr std::string_view kVideo = "video";
  if (playlist == kVideo) {
    route.list = List::kVideos;
    return true;
  }
  if (!playlist.starts_with(kVideo)) return false;
  const auto number = parse_unsigned(playlist.substr(kVideo.size()));
  if (!number || *number == 0 || *number > 63) return false;
  route.choice = manifest::TrackChoice::video_with_audio(static_cast<unsigned>(*number));
  return true;
}

std::optional<manifest::TrackChoice> take_tracks(std::string_view& path) {
  std::string_view rest = path;
  const auto part = take_last_part(rest);
  if (!part || !part->starts_with(kTracks)) return std::nullopt;
  auto choice = manifest::parse_track_choice(part->substr(kTracks.size()));
  if (choice) path = rest;
  return choice;
}

// `name` without ".m3u8".
std::optional<Route> parse_playlist(std::string_view folder, std::string_view name) {
  Route route;
  route.kind = Route::Kind::kPlaylist;
  if (take_suffix(name, ".fmp4")) {
    route.format = Format::kFmp4;
  } else if (take_suffix(name, ".ll")) {
    route.format = Format::kFmp4;
    route.is_low_latency = true;
  } else if (take_suffix(name, ".vtt")) {
    route.format = Format::kText;
  } else {
    take_suffix(name, ".ts");  // index.ts.m3u8: what index.m3u8 is
  }
  route.archive = take_archive_ask(name);
  if (!take_list(name, route)) return std::nullopt;
  if (!route.archive && (route.archive = take_archive_folder(folder))) {
    route.segment_base = "../../../";
  }
  if (route.archive && route.is_low_latency) return std::nullopt;
  if (const auto tracks = take_tracks(folder)) {
    if (name != "index" && name != "mono") return std::nullopt;
    route.list = List::kSegments;
    route.choice = *tracks;
    route.segment_base += "../";
  } else if (route.format == Format::kText) {
    return std::nullopt;
  }
  route.stream = folder;
  return route;
}

// `name` without ".mpd".
std::optional<Route> parse_mpd(std::string_view folder, std::string_view name) {
  constexpr std::string_view kRewind = "rewind-";
  Route route;
  route.kind = Route::Kind::kMpd;
  route.format = Format::kFmp4;
  if (name.starts_with(kRewind)) {
    const auto seconds = parse_unsigned(name.substr(kRewind.size()));
    if (!seconds || *seconds == 0 || *seconds > kMaxRewind) return std::nullopt;
    route.rewind = static_cast<std::uint32_t>(*seconds);
  } else if (name != "index") {
    return std::nullopt;
  }
  if (const auto tracks = take_tracks(folder)) {
    route.choice = *tracks;
    route.segment_base = "../";
    route.is_in_tracks = true;
  }
  route.stream = folder;
  return route;
}

// `path` without ".m4s": tracks-v1/TICKS.
std::optional<Route> parse_timed_segment(std::string_view path) {
  const auto digits = take_last_part(path);
  if (!digits || digits->empty() || digits->front() == '0') return std::nullopt;
  const auto ticks = parse_unsigned(*digits);
  const auto choice = take_tracks(path);
  if (!ticks || !choice || *ticks >= static_cast<std::uint64_t>(media::kMaxUtc.count())) {
    return std::nullopt;
  }
  Route route;
  route.kind = Route::Kind::kSegment;
  route.stream = path;
  route.format = Format::kFmp4;
  route.choice = *choice;
  route.media_time = media::Timestamp(static_cast<std::int64_t>(*ticks));
  return route;
}

// `path` without ".ts", ".m4s" or ".vtt".
std::optional<Route> parse_segment(std::string_view path, Format format) {
  std::string_view folder = path;
  for (std::size_t i = 0; i < kSegmentParts; ++i) {
    if (!take_last_part(folder)) return std::nullopt;
  }
  const std::string_view name = path.substr(folder.size() + 1);
  const auto time = manifest::parse_segment_path(name);
  const auto part = format == Format::kFmp4 ? manifest::parse_part_path(name) : std::nullopt;
  const auto choice = take_tracks(folder);
  if ((!time && !part) || !choice) return std::nullopt;
  Route route;
  route.kind = part ? Route::Kind::kPart : Route::Kind::kSegment;
  if (part) route.part = *part;
  route.stream = folder;
  route.format = format;
  route.choice = *choice;
  if (time) route.time = *time;
  return route;
}

std::optional<Route> parse_init(std::string_view folder, std::uint64_t hash) {
  const auto choice = take_tracks(folder);
  if (!choice) return std::nullopt;
  Route route;
  route.kind = Route::Kind::kInit;
  route.stream = folder;
  route.format = Format::kFmp4;
  route.choice = *choice;
  route.init_hash = hash;
  return route;
}

Route of_stream(Route::Kind kind, std::string_view stream) {
  Route route;
  route.kind = kind;
  route.stream = stream;
  return route;
}

Route of_tracks(Route::Kind kind, std::string_view folder) {
  const auto choice = take_tracks(folder);
  Route route = of_stream(kind, folder);
  if (choice) route.choice = *choice;
  return route;
}

// `name` without ".mp4".
std::optional<Route> parse_movie(std::string_view folder, std::string_view name) {
  if (!name.starts_with("archive-")) return std::nullopt;
  const auto ask = take_archive_ask(name);
  if (!ask || ask->kind != ArchiveAsk::Kind::kRange || name != "index") return std::nullopt;
  Route route = of_tracks(Route::Kind::kMovie, folder);
  route.format = Format::kFmp4;
  route.archive = ask;
  return route;
}

bool is_session_id(std::string_view text) {
  constexpr std::size_t kLongest = 64;
  return !text.empty() && text.size() <= kLongest &&
         text.find_first_not_of("0123456789abcdefABCDEF-") == std::string_view::npos;
}

std::optional<Route> parse_known(std::string_view path) {
  std::string_view folder = path;
  const auto last = take_last_part(folder);
  if (!last) return std::nullopt;
  std::string_view name = *last;
  if (name == "mpegts") return of_tracks(Route::Kind::kMpegts, folder);
  if (name == "shoutcast") return of_tracks(Route::Kind::kRadio, folder);
  if (name == "mse_ld") return of_stream(Route::Kind::kMseLd, folder);
  if (name == "preview.mp4") return of_stream(Route::Kind::kStill, folder);
  if (name == "preview.jpg") return of_stream(Route::Kind::kJpeg, folder);
  if (name == "preview.mjpeg") return of_stream(Route::Kind::kMjpeg, folder);
  if (name == "logo") return of_stream(Route::Kind::kLogo, folder);
  if (name == "embed.html") return of_stream(Route::Kind::kEmbed, folder);
  if (name == "recording_status.json") return of_stream(Route::Kind::kRecordingStatus, folder);
  if (const auto hash = manifest::parse_init_name(name)) return parse_init(folder, *hash);
  if (take_suffix(name, ".m3u8")) return parse_playlist(folder, name);
  if (take_suffix(path, ".ts")) return parse_segment(path, Format::kTs);
  if (take_suffix(path, ".vtt")) return parse_segment(path, Format::kText);
  if (take_suffix(name, ".mpd")) return parse_mpd(folder, name);
  if (take_suffix(name, ".mp4")) return parse_movie(folder, name);
  if (take_suffix(path, ".m4s")) {
    auto timed = parse_timed_segment(path);
    return timed ? timed : parse_segment(path, Format::kFmp4);
  }
  if (take_last_part(folder) == "sessions" && is_session_id(name)) {
    return of_stream(Route::Kind::kReport, folder);
  }
  return std::nullopt;
}

// "VERSION/FILE".
std::optional<Route> parse_asset(std::string_view path) {
  // The address that pages of other sites have: without a version.
  constexpr std::string_view kMsePlayer = "FlussonicMsePlayer.js";
  if (path == kMsePlayer) {
    Route route;
    route.kind = Route::Kind::kAsset;
    route.asset = fmt::format("-/{}", kMsePlayer);
    return route;
  }
  const auto slash = path.find('/');
  if (slash == 0 || slash == std::string_view::npos || slash + 1 == path.size()) {
    return std::nullopt;
  }
  if (path.find('/', slash + 1) != std::string_view::npos) return std::nullopt;
  Route route;
  route.kind = Route::Kind::kAsset;
  route.asset = path;
  return route;
}

}  // namespace

std::optional<Route> parse_route(std::string_view path) {
  if (path == "/") return Route{};
  if (path == kTimePath) {
    Route route;
    route.kind = Route::Kind::kTime;
    return route;
  }
  if (path.empty() || path.front() != '/') return std::nullopt;
  if (path.starts_with(kAssets)) return parse_asset(path.substr(kAssets.size()));
  auto route = parse_known(path.substr(1));
  if (!route || !is_stream_name(route->stream)) return std::nullopt;
  return route;
}

namespace {

Result<void> take_directives(std::string_view query, Route& route) {
  const auto value = [&](std::string_view name) {
    return wire::query_value(query, name).value_or("");
  };
  const auto directives =
      manifest::parse_directives(value("_HLS_msn"), value("_HLS_part"), value("_HLS_skip"));
  if (!directives) {
    return fail(ErrorCode::kInvalidArgument,
                "_HLS_msn and _HLS_part are numbers, and _HLS_part is not alone.");
  }
  route.directives = *directives;
  return {};
}

// timelapse, timelapse=20.
Result<void> take_movie_query(std::string_view query, Route& route) {
  route.is_precise = wire::query_value(query, "precise") == "true";
  if (!wire::has_query_name(query, "timelapse")) return {};
  constexpr std::uint64_t kLongest = 86'400;
  const std::string timelapse = wire::query_value(query, "timelapse").value_or("");
  const auto seconds = timelapse.empty() ? 0 : parse_unsigned(timelapse);
  if (!seconds || *seconds > kLongest) {
    return fail(ErrorCode::kInvalidArgument, "timelapse is a number of seconds, at most a day.");
  }
  route.timelapse = static_cast<std::uint32_t>(*seconds);
  return {};
}

}  // namespace

Result<void> take_query(std::string_view query, Route& route) {
  if (query.empty()) return {};
  if (route.is_low_latency) FLU_TRY(take_directives(query, route));
  if (const auto filter = wire::query_value(query, "filter.tracks")) {
    const auto choice = manifest::parse_track_choice(*filter);
    if (!choice) {
      return fail(ErrorCode::kInvalidArgument,
                  "filter.tracks is no choice of tracks: those are v1a1, a2 or 1,2.");
    }
    route.filter = *choice;
  }
  if (route.archive) {
    route.archive->skips_gaps = wire::query_value(query, "ignore_gaps") == "true";
  }
  if (route.kind == Route::Kind::kMovie) return take_movie_query(query, route);
  // These have no addresses in them.
  if (route.kind == Route::Kind::kMpegts || route.kind == Route::Kind::kRadio) return {};
  route.query = manifest::carried_query(query);
  if (route.query.size() > kMaxCarriedQuery) {
    return fail(ErrorCode::kInvalidArgument,
                "The parameters are too long to stand at each address of a playlist.");
  }
  return {};
}

}  // namespace flu::serve
