// Tested by tests/unit/serve/live/dash_test.cpp
#include "tools/serve/live/dash_manifests.h"

#include <utility>

#include <fmt/format.h>

#include "libcommon/manifest/mpd.h"
#include "tools/serve/limits.h"
#include "tools/serve/live/hls_playlists.h"

namespace flu::serve {
namespace {

Response make_response(std::string text) {
  Response response;
  response.content_type = "application/dash+xml";
  response.cache_control = "public, max-age=1";
  response.body = make_body(std::move(text));
  response.etag = make_etag(response.body.bytes);
  response.allows_ranges = true;
  return response;
}

}  // namespace

DashManifests::DashManifests(TracksOf tracks_of, SummaryOf summary_of)
    : tracks_of_(std::move(tracks_of)), summary_of_(std::move(summary_of)) {}

Response DashManifests::answer(const store::WindowSnapshot& window, const Route& route,
                               WallTime now) {
  const MpdState state = mpd_state(window, media::to_timestamp(now), is_over(window, now));
  const std::string key = fmt::format("{} {} {} {}", route.choice.key(), route.filter.key(),
                                      route.rewind, route.segment_base);
  auto place = built_.find(key);
  const bool is_fresh = place != built_.end() && place->second.generation == window.generation &&
                        place->second.state == state;
  if (!is_fresh) {
    if (place == built_.end() && built_.size() == kMaxPlaylists) built_.clear();
    const auto mpd = make_mpd(window, tracks_of_, summary_of_, route, state);
    Response response = mpd ? make_response(manifest::write_mpd(*mpd)) : refusal(mpd.error());
    Built built{window.generation, state, std::move(response)};
    place = built_.insert_or_assign(key, std::move(built)).first;
  }
  const Response& response = place->second.response;
  if (route.query.empty() || response.status != 200) return response;
  return make_response(manifest::add_mpd_query(as_text(response.body.bytes), route.query));
}

bool is_over(const store::WindowSnapshot& window, WallTime now) {
  if (!window.has_ended || window.segments.empty()) return false;
  const segment::IndexRecord& last = window.segments.back();
  return media::to_timestamp(now) - (last.start + media::Ticks(last.duration)) > kRestartTime;
}

}  // namespace flu::serve
