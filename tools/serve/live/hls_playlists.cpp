// Tested by tests/e2e/serve/hls-variants.sh
#include "tools/serve/live/hls_playlists.h"

#include <algorithm>
#include <utility>

#include "libcommon/manifest/carried_query.h"
#include "tools/serve/http/gzip.h"
#include "tools/serve/limits.h"
#include "tools/serve/live/summary_cache.h"

namespace flu::serve {
namespace {

// What a stored segment without events has before its moof is smaller, and no splice fits into the
// difference: prft (32 bytes) and our own box (56), against an emsg with SCTE-35's scheme (60).
constexpr std::uint16_t kHeadWithoutEvents = 128;

media::Tracks text_of(const media::Tracks& all, const Route& route) {
  auto selected = select_tracks(all, manifest::TrackChoice::all(), Format::kText, route.filter);
  return selected ? std::move(selected->tracks) : media::Tracks{};
}

}  // namespace

Response refusal(const Error& error) {
  switch (error.code) {
    case ErrorCode::kNotFound: return error_response(404, error.message);
    case ErrorCode::kUnsupported: return error_response(415, error.message);
    default: return error_response(500, error.message);
  }
}

HlsPlaylists::HlsPlaylists(TracksOf tracks_of, SummaryOf summary_of)
    : tracks_of_(std::move(tracks_of)), summary_of_(std::move(summary_of)) {}

bool HlsPlaylists::Asked::is_of(const Route& route) const {
  return format == route.format && list == route.list && has_audio_only == route.has_audio_only &&
         is_low_latency == route.is_low_latency && choice == route.choice &&
         filter == route.filter && segment_base == route.segment_base;
}

const Response& HlsPlaylists::find_or_build(const store::WindowSnapshot& window,
                                            const Route& route) {
  auto place = std::find_if(built_.begin(), built_.end(),
                            [&](const Built& built) { return built.asked.is_of(route); });
  if (place == built_.end()) {
    if (built_.size() == kMaxPlaylists) built_.clear();
    built_.push_back({{route.format, route.list, route.has_audio_only, route.is_low_latency,
                       route.choice, route.filter, route.segment_base},
                      window.generation,
                      build(window, route)});
    return built_.back().response;
  }
  if (place->generation != window.generation) {
    place->response = build(window, route);
    place->generation = window.generation;
  }
  return place->response;
}

Response HlsPlaylists::answer(const store::WindowSnapshot& window, const Route& route) {
  Response response = find_or_build(window, route);
  if (route.query.empty() || response.status != 200) return response;
  const Bytes text = response.body.bytes;
  response.body = make_body(
      manifest::add_query({reinterpret_cast<const char*>(text.data()), text.size()}, route.query));
  response.etag = make_etag(response.body.bytes);
  response.packed = {};  // packing for each token would cost more than it saves
  return response;
}

Response HlsPlaylists::build(const store::WindowSnapshot& window, const Route& route) {
  auto text = write(window, route);
  if (!text) return refusal(text.error());
  Response response;
  response.content_type = "application/vnd.apple.mpegurl";
  response.cache_control = "public, max-age=1";
  response.body = make_body(std::move(*text));
  response.etag = make_etag(response.body.bytes);
  response.allows_ranges = true;
  if (response.body.bytes.size() >= kMinPacked) {
    response.packed = make_body(gzip(response.body.bytes));
  }
  return response;
}

void HlsPlaylists::note_splices(const store::WindowSnapshot& window) {
  if (noted_ == window.generation) return;
  noted_ = window.generation;
  for (const auto& record : window.segments) {
    if (record.moof_relative <= kHeadWithoutEvents) continue;
    const auto* const summary = summary_of_(record);
    if (summary == nullptr) continue;
    for (const media::Event& event : summary->splices) splices_.add(event);
  }
  splices_.forget_before(window.segments.front().start);
}

Result<manifest::MediaPlaylist> HlsPlaylists::media(const store::WindowSnapshot& window,
                                                    const Route& route) {
  FLU_TRY_ASSIGN(manifest::MediaPlaylist playlist,
                 make_playlist(window, tracks_of_, summary_of_, route));
  note_splices(window);
  playlist.date_ranges = splices_.since(playlist.segments.front().start);
  return playlist;
}

std::optional<manifest::MasterPlaylist> HlsPlaylists::master(const store::WindowSnapshot& window,
                                                             const Route& route) const {
  if (route.list == List::kSegments) return std::nullopt;
  const media::Tracks* const all = tracks_of_(window.segments.back());
  if (all == nullptr) return std::nullopt;
  auto selection = select_tracks(*all, manifest::TrackChoice::all(), route.format, route.filter);
  // What is wrong with it, the list of segments says: of all that can still be played.
  if (!selection) return std::nullopt;
  media::Tracks text = text_of(*all, route);
  if (route.list == List::kIndex && !has_variants(selection->tracks, text, route)) {
    return std::nullopt;
  }
  VariantSource source = source_of(window, *all, std::move(selection->tracks));
  source.text = std::move(text);
  return route.list == List::kIndex ? make_index(source, route) : make_video_list(source, route);
}

Result<std::string> HlsPlaylists::write(const store::WindowSnapshot& window, const Route& route) {
  const auto playlist = master(window, route);
  if (!playlist) {
    FLU_TRY_ASSIGN(const manifest::MediaPlaylist segments, media(window, route));
    return manifest::write_media_playlist(segments);
  }
  if (playlist->variants.empty()) {
    return fail(ErrorCode::kNotFound, "The stream has neither picture nor sound.");
  }
  return manifest::write_master_playlist(*playlist);
}

VariantSource HlsPlaylists::source_of(const store::WindowSnapshot& window, const media::Tracks& all,
                                      media::Tracks tracks) const {
  VariantSource source;
  source.all = &all;
  source.tracks = std::move(tracks);
  source.target = std::chrono::seconds(window.target_duration);
  const std::uint32_t init = window.segments.back().init_hash;
  for (const auto& record : window.segments) {
    if (record.init_hash != init) continue;
    if (const auto* const summary = summary_of_(record)) {
      source.segments.push_back(sizes_of(record, *summary));
    }
  }
  for (const media::Track& track : source.tracks) {
    if (track.kind != media::TrackKind::kVideo) continue;
    for (const auto& record : shown(window)) {
      if (record.init_hash != init) continue;
      if (first_sap(record, all, track.id, summary_of_) != media::Sap::kNone) continue;
      source.unaligned.push_back(track.id);
      break;
    }
  }
  return source;
}

}  // namespace flu::serve
