// Tested by tests/e2e/serve/ll-hls-parser.sh
#include "tools/serve/ll/ll_stream.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "libcommon/manifest/carried_query.h"
#include "tools/serve/limits.h"
#include "tools/serve/live/fmp4.h"
#include "tools/serve/live/hls_playlists.h"

namespace flu::serve {
namespace {

constexpr std::chrono::milliseconds kDeadlineCheck{500};
constexpr std::string_view kForEver = "public, max-age=31536000, immutable";

Response too_late() {
  Response response = error_response(503, "It did not come in time.");
  response.extra = "Retry-After: 1\r\n";
  return response;
}

Response too_far_ahead() {
  return error_response(400, "_HLS_msn or _HLS_part is too far ahead of the stream.");
}

Response no_such_part() {
  return error_response(404, "The stream has no such part, or no longer.");
}

std::string key_of(const Route& route) {
  return fmt::format("{} {} {} {}", route.choice.key(), route.filter.key(), route.segment_base,
                     route.directives.wants_delta ? "delta" : "");
}

}  // namespace

LlStream::LlStream(boost::asio::io_context& loop, LiveStream& live, std::string folder,
                   SegmentCache& cache, std::size_t& waiters)
    : live_(&live),
      cache_(&cache),
      waiters_(&waiters),
      feed_(loop, live.name(), std::move(folder), [this] { changed(); }),
      window_(live, feed_),
      timer_(loop) {}

LlStream::~LlStream() {
  *waiters_ -= waiting_.size();
}

void LlStream::ask(const std::shared_ptr<Connection>& connection, const Route& route) {
  feed_.open();
  const MonotonicTime now = monotonic_now();
  if (auto response = answer(route, now)) return connection->respond(std::move(*response));
  if (*waiters_ >= kMaxWaiting || is_stopping_) return connection->respond(too_late());
  const std::chrono::seconds patience(3 * live_->window()->target_duration);
  waiting_.push_back({connection, route, now + std::max(patience, kPartPatience)});
  ++*waiters_;
  schedule_check();
}

void LlStream::changed() {
  live_->refresh_now();
  answer_waiting();
}

void LlStream::answer_waiting() {
  const MonotonicTime now = monotonic_now();
  std::list<Waiting> asked = std::exchange(waiting_, {});
  for (auto place = asked.begin(); place != asked.end();) {
    bool is_done = place->connection->is_closed();
    if (!is_done) {
      auto response = answer(place->route, now);
      if (!response && (now >= place->until || feed_.is_lost())) response = too_late();
      is_done = response.has_value();
      if (response) place->connection->respond(std::move(*response));
    }
    if (is_done) --*waiters_;
    place = is_done ? asked.erase(place) : std::next(place);
  }
  waiting_.splice(waiting_.begin(), asked);
}

// Deadlines, clients that left, and what is read without news of it.
void LlStream::schedule_check() {
  if (is_check_scheduled_ || waiting_.empty()) return;
  is_check_scheduled_ = true;
  timer_.expires_after(kDeadlineCheck);
  timer_.async_wait([this](const auto& ec) {
    if (ec) return;
    is_check_scheduled_ = false;
    live_->refresh(monotonic_now());
    answer_waiting();
    schedule_check();
  });
}

std::optional<Response> LlStream::answer(const Route& route, MonotonicTime now) {
  if (!live_->has_segments()) {
    if (feed_.is_lost()) return error_response(404, "No such stream.");
    return std::nullopt;
  }
  return route.kind == Route::Kind::kPart ? answer_part(route, now) : answer_playlist(route, now);
}

std::optional<Response> LlStream::answer_playlist(const Route& route, MonotonicTime now) {
  if (live_->master(route)) return live_->playlist(route);
  if (feed_.is_greeting()) return std::nullopt;
  if (route.directives.msn) {
    const auto& [msn, part, wants_delta] = route.directives;
    switch (window_.find_number(*msn, part)) {
      case LlWindow::Search::kNever:
        // Unless this worker knows less than the one that the client asked before.
        if (!feed_.is_settled(now)) return std::nullopt;
        return too_far_ahead();
      case LlWindow::Search::kNotYet: return std::nullopt;
      case LlWindow::Search::kThere: break;
    }
  }
  Response response = playlist(route);
  if (response.status != 200) return response;
  // Appendix B.1: answers to blocking requests never change, others do.
  const std::uint32_t target = live_->window()->target_duration;
  std::string& cache = route.directives.msn ? cache_of_blocking_ : cache_of_others_;
  cache = fmt::format("public, max-age={}",
                      route.directives.msn ? target * 6 : std::max<std::uint32_t>(1, target / 2));
  response.cache_control = cache;
  if (!route.query.empty()) {
    const Bytes text = response.body.bytes;
    response.body = make_body(manifest::add_query(
        {reinterpret_cast<const char*>(text.data()), text.size()}, route.query));
    response.etag = make_etag(response.body.bytes);
  }
  return response;
}

Response LlStream::playlist(const Route& route) {
  const std::string key = key_of(route);
  const std::uint64_t generation = live_->window()->generation;
  auto place = playlists_.find(key);
  if (place == playlists_.end() || place->second.version != feed_.version() ||
      place->second.generation != generation) {
    if (place == playlists_.end() && playlists_.size() == kMaxPlaylists) playlists_.clear();
    Built built{feed_.version(), generation, build_playlist(route)};
    place = playlists_.insert_or_assign(key, std::move(built)).first;
  }
  return place->second.response;
}

Response LlStream::build_playlist(const Route& route) {
  const auto playlist = window_.make_playlist(route);
  if (!playlist) return refusal(playlist.error());
  Response response;
  response.content_type = "application/vnd.apple.mpegurl";
  response.body = make_body(manifest::write_ll_playlist(*playlist, route.directives.wants_delta));
  response.etag = make_etag(response.body.bytes);
  response.allows_ranges = true;
  return response;
}

std::optional<Response> LlStream::answer_part(const Route& route, MonotonicTime now) {
  LlWindow::Place place;
  switch (window_.find_part(route.part, feed_.is_settled(now), place)) {
    case LlWindow::Search::kNever: return no_such_part();
    case LlWindow::Search::kNotYet: return std::nullopt;
    case LlWindow::Search::kThere: break;
  }
  const auto selection = window_.select(place, route);
  if (!selection) return refusal(selection.error());
  const std::string key = window_.key_of(place, *selection);
  auto part = cache_->find(key);
  if (part == nullptr) {
    auto made = window_.make_part(place, *selection);
    if (!made) {
      errors_.add(fmt::format("stream {}: a part: {}", live_->name(), made.error().message), now);
      return error_response(500, "The part cannot be read.");
    }
    part = std::make_shared<const SentSegment>(std::move(*made));
    cache_->add(key, part);
  }
  Response response;
  response.content_type = "video/mp4";
  response.cache_control = kForEver;
  response.etag = part->etag;
  response.allows_ranges = true;
  response.body = {part, part->body.bytes};
  return response;
}

std::optional<Response> LlStream::init(const Route& route) {
  const GrowingSegment* const growing = window_.growing();
  if (growing == nullptr) return std::nullopt;
  const auto selection = select_tracks(growing->tracks(), route.choice, Format::kFmp4);
  if (!selection) return std::nullopt;
  PlayerInit init = make_fmp4_init(selection->tracks);
  if (init.hash != route.init_hash) return std::nullopt;
  Response response;
  response.content_type = "video/mp4";
  response.cache_control = kForEver;
  response.body = make_body(std::move(init.bytes));
  response.etag = make_etag(response.body.bytes);
  response.allows_ranges = true;
  return response;
}

void LlStream::check_idle(MonotonicTime now) {
  if (waiting_.empty()) feed_.check_idle(now);
}

void LlStream::stop() {
  is_stopping_ = true;
  *waiters_ -= waiting_.size();
  for (const Waiting& waiting : std::exchange(waiting_, {})) {
    waiting.connection->respond(too_late());
  }
}

}  // namespace flu::serve
