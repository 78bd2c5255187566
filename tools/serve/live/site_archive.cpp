// Tested by tests/e2e/serve/archive-hls.sh
#include <algorithm>
#include <chrono>

#include "libcommon/base/clock.h"
#include "libcommon/wire/http/target.h"
#include "tools/serve/archive/archive.h"
#include "tools/serve/limits.h"
#include "tools/serve/live/site.h"

namespace flu::serve {
namespace {

// A hub that is restarted is back sooner.
bool goes_on(const store::WindowSnapshot& window, media::Timestamp now) {
  if (!window.has_ended || window.segments.empty()) return true;
  return now - segment::end_of(window.segments.back()) <
         media::Ticks(kRestartTime) + std::chrono::seconds(window.target_duration);
}

}  // namespace

bool Site::is_in_window(Entry& entry, const Route& route) {
  if (route.kind == Route::Kind::kSegment) return entry.live.has_segment(route);
  if (entry.low_latency != nullptr && entry.low_latency->init(route)) return true;
  return entry.live.init(route).status == 200;
}

ArchiveQuestion Site::question_of(const Connection& connection, const Route& route, Entry* entry) {
  ArchiveQuestion question;
  const service::StreamOptions& options = conf_.of(route.stream);
  question.root = archive_.root_of(options);
  question.route = route;
  question.pids = options.mpegts_pids;
  question.now = media::to_timestamp(wall_now());
  question.began = question.now;
  if (const std::int64_t began = connection.session_began_ms(); began > 0) {
    question.began = std::min(question.now, media::Timestamp(std::chrono::milliseconds(began)));
  }
  if (route.kind == Route::Kind::kRecordingStatus) {
    const auto target = wire::parse_http_target(connection.request().target);
    if (target) question.query = target->query;
  }
  if (entry == nullptr || !route.archive || !entry->live.has_segments()) return question;
  const store::WindowSnapshot& window = *entry->live.window();
  question.is_live = goes_on(window, question.now);
  question.target_duration = window.target_duration;
  if (route.archive->kind == ArchiveAsk::Kind::kRange) return question;
  for (const segment::IndexRecord& record : window.segments) {
    const media::Tracks* const tracks = entry->live.tracks_of(record);
    if (tracks == nullptr) continue;
    question.window.push_back(record);
    question.live_tracks.try_emplace(record.init_hash, *tracks);
  }
  return question;
}

// False: it is of what is live.
bool Site::try_archive(const std::shared_ptr<Connection>& connection, const Route& route,
                       MonotonicTime now) {
  const bool is_segment = route.kind == Route::Kind::kSegment && !route.media_time;
  if (!is_of_archive(route) && !is_segment && route.kind != Route::Kind::kInit) return false;
  if (archive_.root_of(conf_.of(route.stream)).empty()) {
    if (!is_of_archive(route)) return false;
    connection->respond(error_response(404, "The stream has no archive."));
    return true;
  }
  // Who watches what was does not start a stream on demand.
  const bool is_wanted =
      route.archive && route.archive->is_with_live() && wants_.touch(route.stream, now);
  Entry* const entry = want(route.stream, now);
  if (!is_of_archive(route) && entry != nullptr && is_in_window(*entry, route)) return false;
  ArchiveQuestion question = question_of(*connection, route, entry);
  question.is_live = question.is_live || is_wanted;
  archive_.ask(connection, std::move(question));
  return true;
}

}  // namespace flu::serve
