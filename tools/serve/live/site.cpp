// Tested by tests/e2e/serve/http-curl.sh
#include "tools/serve/live/site.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "libcommon/base/coarse_clock.h"
#include "libcommon/base/text.h"
#include "libcommon/store/window_names.h"
#include "libcommon/wire/http/target.h"
#include "tools/serve/limits.h"
#include "tools/serve/live/icy_body.h"
#include "tools/serve/live/site_answers.h"
#include "tools/serve/pages/embed.h"
#include "tools/serve/pages/logo.h"
#include "tools/serve/sessions/protocol.h"

namespace flu::serve {
namespace {

constexpr std::chrono::seconds kSweep{5};

bool is_folder(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

}  // namespace

Site::Site(boost::asio::io_context& loop, service::RunDir run_dir, Sessions& sessions,
           HttpsRedirect redirect, std::string dvr_root)
    : loop_(&loop),
      sessions_(&sessions),
      run_dir_(std::move(run_dir)),
      conf_(run_dir_),
      wants_(loop, run_dir_, conf_),
      segments_(kSegmentCacheBytes),
      archive_(loop, segments_, std::move(dvr_root)),
      pictures_(loop, run_dir_),
      redirect_(std::move(redirect)),
      check_timer_(loop),
      sweep_timer_(loop) {
  schedule_sweep();
}

void Site::handle(const std::shared_ptr<Connection>& connection) {
  connection->share_with_pages();
  const Request& request = connection->request();
  const auto target = wire::parse_http_target(request.target);
  auto route = target ? parse_route(target->path) : std::nullopt;
  const bool is_report = route && route->kind == Route::Kind::kReport;
  if (request.method == Method::kOptions) {
    return connection->respond(options_answer(is_report, request.asked_fields));
  }
  if (!target) return connection->respond(error_response(400, target.error().message));
  if (!route) return connection->respond(no_such_page());
  if (is_report || request.method == Method::kPut) {
    return connection->respond(report_answer(request.method, is_report));
  }
  if (route->kind == Route::Kind::kIndex || route->kind == Route::Kind::kEmbed) {
    if (auto elsewhere = redirect_.of(*connection)) {
      return connection->respond(std::move(*elsewhere));
    }
  }
  if (route->kind == Route::Kind::kIndex) return connection->respond(index());
  if (route->kind == Route::Kind::kTime) return connection->respond(time_of_day());
  if (route->kind == Route::Kind::kAsset) return connection->respond(assets_.answer(route->asset));
  if (route->kind == Route::Kind::kEmbed) {
    return connection->respond(embed(*route, target->query));
  }
  const MonotonicTime now = coarse_monotonic_now();
  conf_.refresh(now);
  const service::StreamOptions& options = conf_.of(route->stream);
  if (auto refusal = protocol_refusal(*route, options)) {
    return connection->respond(std::move(*refusal));
  }
  if (route->kind == Route::Kind::kStill) return connection->respond(still(*route, now));
  if (route->kind == Route::Kind::kLogo) return connection->respond(logo_response(options.logo));
  if (route->kind == Route::Kind::kJpeg) return begin(connection, *route);
  if (route->kind == Route::Kind::kPlaylist || route->kind == Route::Kind::kMpd ||
      route->kind == Route::Kind::kMpegts || route->kind == Route::Kind::kRadio ||
      route->kind == Route::Kind::kMovie) {
    if (const auto taken = take_query(target->query, *route); !taken) {
      return connection->respond(error_response(400, taken.error().message));
    }
    route->has_audio_only = options.has_audio_only;
    if (!options.url_prefix.empty()) {
      route->segment_base = fmt::format("{}/{}/", options.url_prefix, route->stream);
    }
  }
  if (!is_known(*route, now)) return connection->respond(no_such_stream(route->stream));
  switch (sessions_->admit(connection, viewer_of(*route, *connection, target->query))) {
    case Sessions::Verdict::kYes: return begin(connection, *route);
    case Sessions::Verdict::kAnswered: return;
    case Sessions::Verdict::kUndecided: break;
  }
  sessions_->when_decided(
      connection, [this, connection, route = std::move(*route)] { begin(connection, route); });
}

void Site::begin(const std::shared_ptr<Connection>& connection, const Route& route) {
  const MonotonicTime now = coarse_monotonic_now();
  if (!try_answer(connection, route, now)) wait(connection, route, now);
}

// Asked before the viewer is: names that are not there take no memory, here or in flu-auth.
bool Site::is_known(const Route& route, MonotonicTime now) {
  const std::string& name = route.stream;
  if (streams_.contains(name) || archive_.may_have(route, conf_.of(name))) return true;
  return wants_.touch(name, now) || is_folder(run_dir_.live(name));
}

// The stream of that name, if it runs.
Site::Entry* Site::want(std::string_view name, MonotonicTime now) {
  auto place = streams_.find(name);
  if (place == streams_.end()) {
    const std::string folder = run_dir_.live(name);
    if (!is_folder(folder)) return nullptr;  // unknown names cost no memory
    place = streams_.emplace(name, std::make_unique<Entry>(name, folder, segments_)).first;
  }
  Entry& entry = *place->second;
  entry.used_at = now;
  entry.live.refresh(now);
  // It ended for good while somebody keeps asking for it.
  if (!entry.live.has_segments() && !is_folder(run_dir_.live(name))) return nullptr;
  return &entry;
}

// False: the answer is not there yet.
bool Site::try_answer(const std::shared_ptr<Connection>& connection, const Route& route,
                      MonotonicTime now) {
  if (route.kind == Route::Kind::kJpeg) return try_jpeg(connection, route, now);
  if (try_archive(connection, route, now)) return true;
  const bool is_on_demand = wants_.touch(route.stream, now);
  Entry* const entry = want(route.stream, now);
  if (entry == nullptr) {
    if (is_on_demand) return false;  // starting, as one whose first segment is not complete
    connection->respond(no_such_stream(route.stream));
    return true;
  }
  if (route.kind == Route::Kind::kMjpeg) {
    return pictures_.add_client(connection, route.stream, conf_.of(route.stream), now);
  }
  if (route.kind == Route::Kind::kMpegts || route.kind == Route::Kind::kRadio) {
    return try_endless(connection, route, *entry);
  }
  if (route.kind == Route::Kind::kMseLd) {
    const auto target = wire::parse_http_target(connection->request().target);
    realtime(*entry).mse.add_client(connection, target ? target->query : "");
    return true;
  }
  if (route.kind == Route::Kind::kSegment) {
    connection->respond(entry->live.segment(route, conf_.of(route.stream).mpegts_pids));
    return true;
  }
  if (route.kind == Route::Kind::kInit) {
    auto growing = entry->low_latency ? entry->low_latency->init(route) : std::nullopt;
    connection->respond(growing ? std::move(*growing) : entry->live.init(route));
    return true;
  }
  if (!entry->live.has_segments()) return false;
  if (route.kind == Route::Kind::kMpd) {
    connection->respond(entry->live.mpd(route, wall_now()));
    return true;
  }
  if (route.is_low_latency || route.kind == Route::Kind::kPart) {
    ask_low_latency(connection, route, *entry);
    return true;
  }
  connection->respond(entry->live.playlist(route));
  return true;
}

// As still(), but that there may be none yet.
bool Site::try_jpeg(const std::shared_ptr<Connection>& connection, const Route& route,
                    MonotonicTime now) {
  const bool is_running = want(route.stream, now) != nullptr;
  std::optional<Response> response =
      conf_.find(route.stream) == nullptr ? no_such_stream(route.stream) : not_yet(route.kind);
  if (is_running) response = pictures_.jpeg(route.stream, conf_.of(route.stream), now);
  if (response) connection->respond(std::move(*response));
  return response.has_value();
}

Realtime& Site::realtime(Entry& entry) {
  if (entry.realtime == nullptr) {
    const std::string& name = entry.live.name();
    entry.realtime = std::make_unique<Realtime>(
        *loop_, name, store::in_folder(run_dir_.live(name), store::kOutSocket),
        [this] { schedule_check(); });
  }
  return *entry.realtime;
}

void Site::ask_low_latency(const std::shared_ptr<Connection>& connection, const Route& route,
                           Entry& entry) {
  if (entry.low_latency == nullptr) {
    entry.low_latency = std::make_unique<LlStream>(
        *loop_, entry.live, run_dir_.live(entry.live.name()), segments_, ll_waiting_);
  }
  entry.low_latency->ask(connection, route);
}

bool Site::try_endless(const std::shared_ptr<Connection>& connection, const Route& route,
                       Entry& entry) {
  ChunkOutputs& outputs = realtime(entry).endless;
  outputs.configure(conf_.of(entry.live.name()));
  const bool is_radio = route.kind == Route::Kind::kRadio;
  const WantedTracks wanted{route.choice, route.filter};
  const auto output = is_radio ? outputs.open_radio(wanted) : outputs.open_mpegts(wanted);
  if (!output) {
    const Error& error = output.error();
    connection->respond(error.code == ErrorCode::kUnavailable ? busy(error.message)
                                                              : refusal(error));
    return true;
  }
  wants_.hold(entry.live.name(), monotonic_now());
  if (!(*output)->can_start()) return false;
  auto body = (*output)->make_body(*connection);
  if (is_radio) {
    respond_radio(*connection, outputs.station(), (*output)->content_type(), std::move(body));
    return true;
  }
  Response head;
  head.content_type = (*output)->content_type();
  connection->respond_endless(head, std::move(body));
  return true;
}

void Site::wait(const std::shared_ptr<Connection>& connection, const Route& route,
                MonotonicTime now) {
  if (waiting_.size() >= kMaxWaiting || is_stopping_)
    return connection->respond(not_yet(route.kind));
  // Pictures start no stream.
  const bool is_on_demand = route.kind != Route::Kind::kJpeg && wants_.touch(route.stream, now);
  const auto patience = is_on_demand ? kOnDemandWait : kPlaylistWait;
  waiting_.push_back({connection, route, now + patience});
  schedule_check();
}

void Site::answer_waiting() {
  const MonotonicTime now = monotonic_now();
  for (auto place = waiting_.begin(); place != waiting_.end();) {
    const auto& [connection, route, until] = *place;
    bool is_done = connection->is_closed() || try_answer(connection, route, now);
    if (!is_done && now >= until) {
      connection->respond(not_yet(route.kind));
      is_done = true;
    }
    place = is_done ? waiting_.erase(place) : std::next(place);
  }
}

void Site::schedule_check() {
  if (is_check_scheduled_ || waiting_.empty()) return;
  is_check_scheduled_ = true;
  check_timer_.expires_after(kWindowCheck);
  check_timer_.async_wait([this](const auto& ec) {
    if (ec) return;
    is_check_scheduled_ = false;
    answer_waiting();
    schedule_check();
  });
}

void Site::schedule_sweep() {
  sweep_timer_.expires_after(kSweep);
  sweep_timer_.async_wait([this](const auto& ec) {
    if (ec) return;
    const MonotonicTime now = monotonic_now();
    hold_watched(now);
    std::erase_if(streams_, [&](const auto& named) {
      Entry& entry = *named.second;
      if (entry.realtime != nullptr) entry.realtime->feed.check_idle(now);
      if (entry.low_latency != nullptr) entry.low_latency->check_idle(now);
      if (entry.low_latency != nullptr && entry.low_latency->is_open()) return false;
      if (pictures_.has_clients(named.first)) return false;
      return !entry.is_realtime() && now - entry.used_at > kIdleStream;
    });
    schedule_sweep();
  });
}

// Realtime clients stay without asking again.
void Site::hold_watched(MonotonicTime now) {
  for (const auto& [name, entry] : streams_) {
    if (entry->is_realtime() || pictures_.has_clients(name)) {
      wants_.hold(name, now);
      if (entry->realtime == nullptr) continue;
      entry->realtime->endless.configure(conf_.of(name));
      hold_mse(name, *entry->realtime, now);
    } else {
      wants_.release(name);
    }
  }
}

// Who watches over MSE-LD waits for a stream that ended, but not for one that was taken away.
void Site::hold_mse(const std::string& name, Realtime& realtime, MonotonicTime now) {
  if (!realtime.mse.has_clients() || realtime.feed.is_open()) return;
  if (is_folder(run_dir_.live(name)) || wants_.touch(name, now)) {
    realtime.mse.open();
  } else {
    realtime.mse.leave(now);
  }
}

void Site::stop() {
  is_stopping_ = true;
  archive_.stop();
  for (const auto& [name, entry] : streams_) {
    if (entry->low_latency != nullptr) entry->low_latency->stop();
  }
  while (!waiting_.empty()) {
    waiting_.front().connection->respond(not_yet(waiting_.front().route.kind));
    waiting_.pop_front();
  }
}

// Who looks at pictures is no viewer: it is not counted, and no stream on demand starts for it.
Response Site::still(const Route& route, MonotonicTime now) {
  Entry* const entry = want(route.stream, now);
  if (entry != nullptr && entry->live.has_segments()) return entry->live.still();
  return entry != nullptr || conf_.find(route.stream) != nullptr ? not_yet(route.kind)
                                                                 : no_such_stream(route.stream);
}

// A page that does not play at once does not start a stream on demand either.
Response Site::embed(const Route& route, std::string_view query) {
  conf_.refresh(monotonic_now());
  const std::string& name = route.stream;
  const bool plays = query.find("autoplay=false") == std::string_view::npos;
  const bool is_known =
      !plays || wants_.touch(name, monotonic_now()) || is_folder(run_dir_.live(name));
  const std::string title = conf_.of(name).title;
  auto text = assets_.page();
  if (text) {
    text = fill_page(put_logo(std::move(*text), conf_.of(name).logo), name,
                     title.empty() ? name : title,
                     [this](std::string_view file) { return assets_.path(file); });
  }
  if (text) {
    auto page = embed_response(std::move(*text), is_known, conf_.of(name).url_prefix);
    if (is_known) page.modified = std::max(assets_.newest(), conf_.modified());
    return page;
  }
  errors_.add(text.error().message, monotonic_now());
  return error_response(500, "The web player is not installed completely: see the server's log.");
}

// For an operator without a list of streams at hand.
Response Site::index() const {
  std::vector<std::string> names;
  std::error_code ec;
  for (const auto& entry : std::filesystem::directory_iterator(run_dir_.live(), ec)) {
    const std::string name = stream_of_folder(entry.path().filename().string());
    if (is_stream_name(name)) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  std::string text = "flu-serve: live streams\n";
  for (const auto& name : names) text += fmt::format("/{0}/index.m3u8 /{0}/mpegts\n", name);
  Response response;
  response.body = make_body(std::move(text));
  return response;
}

}  // namespace flu::serve
