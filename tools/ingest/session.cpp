// Tested by tests/e2e/ingest/failover-ffmpeg.sh

#include "tools/ingest/session.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "libcommon/base/clock.h"
#include "libcommon/base/log.h"
#include "libcommon/base/text.h"
#include "libcommon/config/secret.h"
#include "libcommon/event/types.h"

namespace flu::ingest {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kStopTimeout{1'000};
constexpr std::chrono::minutes kDrainTimeout{10};  // for a reader that is slow, but reads
// A better source must have played for so long before a good one is left for it.
constexpr milliseconds kProof{2'000};
// A check gives up sooner than a source that plays: there is something to look at meanwhile.
constexpr milliseconds kCheckTimeout{15'000};
// Viewers look at a source that does not come for so long, then at the backup.
constexpr milliseconds kBackupWait{3'000};

std::vector<unsigned> priorities_of(const std::vector<SourceUrl>& urls) {
  std::vector<unsigned> out;
  out.reserve(urls.size());
  for (const SourceUrl& url : urls) out.push_back(url.priority);
  return out;
}

milliseconds until(MonotonicTime time) {
  const auto left = std::chrono::ceil<milliseconds>(time - monotonic_now());
  return std::max(left, milliseconds{1});
}

std::string no_frames(const Feed& feed, milliseconds timeout) {
  return fmt::format("{}: no frames for {:g} s", feed.url().text,
                     std::chrono::duration<double>(timeout).count());
}

}  // namespace

Session::Session(boost::asio::io_context& loop, Settings settings)
    : loop_(loop),
      settings_(std::move(settings)),
      failover_(priorities_of(settings_.urls), settings_.retry_limit, settings_.backup.has_value()),
      retry_timer_(loop),
      current_timer_(loop),
      candidate_timer_(loop) {}

void Session::start(Output& output, service::StatusReporter& status) {
  output_ = &output;
  status_ = &status;
  timed_.emplace(output, status);
  play(failover_.current());
}

void Session::resume() {
  if (current_) current_->resume();
}

bool Session::is_finite() const {
  return !settings_.backup && std::all_of(settings_.urls.begin(), settings_.urls.end(),
                                          [](const SourceUrl& url) { return url.is_finite(); });
}

const SourceUrl& Session::url_of(std::size_t number) const {
  return number < settings_.urls.size() ? settings_.urls[number] : *settings_.backup;
}

std::unique_ptr<Feed> Session::make_feed(std::size_t number) {
  SourceSettings settings = settings_.source;
  if (number == failover_.backup()) settings = {.is_fast = false, .is_looped = true};
  return std::make_unique<Feed>(loop_, url_of(number), settings, number);
}

void Session::start_feed(Feed& feed) {
  Feed::Handlers handlers;
  handlers.on_units = [this](Feed& from, Units& units, const media::Arrival& arrival) {
    if (!is_stopped_) on_units(from, units, arrival);
    units.clear();
  };
  handlers.on_restart = [this](Feed& from, const std::string& reason) {
    if (!is_stopped_ && from.is_shown) timed_->restart(reason);
  };
  handlers.on_end = [this](Feed& from, const Result<>& result) {
    if (!is_stopped_) on_end(from, result);
  };
  // A candidate is read only until it is known to play.
  handlers.is_full = [this, &feed] {
    return &feed == current_.get() ? output_->is_full() : feed.gate.has_key();
  };
  feed.start(std::move(handlers));
}

void Session::play(std::size_t number) {
  if (is_stopped_) return;
  if (candidate_ && candidate_->number() == number) {
    current_ = std::move(candidate_);  // it has begun already
    current_->resume();
  } else {
    current_ = make_feed(number);
    log_info("reading {}", current_->url().text);
    start_feed(*current_);
  }
  watch_current();
  plan_check();
}

void Session::play_after(const Failover::Next& next) {
  if (next.pause.count() == 0 || (candidate_ && candidate_->number() == next.source)) {
    return play(next.source);
  }
  retry_timer_.expires_after(next.pause);
  retry_timer_.async_wait([this, number = next.source](auto failed) {
    if (!failed && !is_stopped_ && !current_) play(number);
  });
}

void Session::on_units(Feed& feed, Units& units, const media::Arrival& arrival) {
  note_frames(feed);
  if (&feed == candidate_.get()) return on_candidate(feed, units, arrival);
  if (!feed.is_shown) {
    // What viewers see goes on until the new source has a whole picture.
    if (timed_->frames() > 0) {
      // What is read faster than real time is not older for that.
      const bool is_free = feed.pacing() == media::Pacing::kFree;
      feed.gate.push(units, arrival, is_free ? MonotonicTime::min() : last_shown_);
      if (!feed.gate.has_key() || !may_show(feed, arrival)) return;
      units = feed.gate.take();
    }
    show(feed);
  }
  write(feed, units, arrival);
}

// A key frame from before the last that was shown would go back in time.
bool Session::may_show(const Feed& feed, const media::Arrival& arrival) const {
  return feed.gate.key_arrival() == arrival.monotonic || feed.gate.key_arrival() > last_shown_;
}

void Session::on_candidate(Feed& feed, Units& units, const media::Arrival& arrival) {
  feed.gate.push(units, arrival, last_shown_);
  if (!feed.gate.has_key() || !may_show(feed, arrival)) return;
  const bool is_well = current_ && current_->is_shown && !is_backup(*current_) &&
                       arrival.monotonic - current_->last_frame() < kProof;
  const bool is_proven =
      feed.url().is_finite() || feed.is_chosen || arrival.monotonic - feed.first_frame() >= kProof;
  if (is_well && !is_proven) return;
  retry_timer_.cancel();
  if (current_) ended_ = current_->counters();
  current_ = std::move(candidate_);
  failover_.switched(feed.number(), feed.is_chosen);
  check_errors_.erase(feed.number());
  Units kept = feed.gate.take();
  show(feed);
  watch_current();
  plan_check();
  write(feed, kept, arrival);
  feed.resume();
}

void Session::note_frames(Feed& feed) {
  if (!feed.has_frames()) return;
  if (!std::exchange(feed.is_ready, true)) {
    status_->event(event::kSourceReady, {{"url", feed.url().text}});
  }
  if (std::exchange(feed.is_silent, false)) {
    status_->event(event::kFramesRestored, {{"url", feed.url().text}});
  }
}

void Session::show(Feed& feed) {
  feed.is_shown = true;
  const std::string& url = feed.url().text;
  const std::size_t before = shown_.value_or(0);
  const bool is_switch = before != feed.number();
  if (is_switch) {
    status_->event(event::kSourceSwitch, {{"url", url}, {"from", url_of(before).text}});
    log_info("switched from {} to {}", url_of(before).text, url);
  }
  if (is_backup(feed)) status_->event(event::kStreamBackup, {{"url", url}});
  shown_ = feed.number();
  timed_->begin({static_cast<std::uint32_t>(feed.number() + 1), url, feed.pacing(), is_backup(feed),
                 feed.counters().lost},
                is_switch ? "switched to " + url : "the source was started");
}

void Session::write(Feed& feed, Units& units, const media::Arrival& arrival) {
  last_shown_ = arrival.monotonic;
  const auto written = timed_->write(units, arrival, feed.counters().lost);
  if (!written) stop(written);
}

void Session::on_end(Feed& feed, const Result<>& result) {
  if (&feed == candidate_.get()) {
    candidate_ended(result);
  } else {
    current_ended(result);
  }
}

void Session::current_ended(const Result<>& result) {
  current_timer_.cancel();
  const std::unique_ptr<Feed> feed = std::move(current_);
  ended_ = feed->counters();
  const bool had_frames = feed->has_frames();
  if (had_frames && !(result && is_finite())) {
    status_->event(event::kSourceLost, {{"url", feed->url().text},
                                        {"reason", result ? "it ended" : result.error().message}});
  }
  const bool is_last = feed->number() + 1 == settings_.urls.size();
  if (is_finite() && is_last) {
    // Nothing more will come. Of several, one that played is enough.
    stop(settings_.urls.size() > 1 && timed_->frames() > 0 ? Result<>{} : result);
    return;
  }
  if (!result) log_alert("{}", result.error().message);
  const auto next = failover_.ended(had_frames);
  if (!next) return give_up();
  ++retries_;
  plan_check();
  play_after(*next);
}

void Session::give_up() {
  stop(fail(ErrorCode::kUnavailable, fmt::format("no frames after {} attempts: giving up "
                                                 "(--retry-limit)",
                                                 failover_.failures())));
}

void Session::candidate_ended(const Result<>& result) {
  const std::unique_ptr<Feed> feed = std::move(candidate_);
  const std::string why = result ? "it ended" : result.error().message;
  if (std::exchange(check_errors_[feed->number()], why) != why || feed->is_chosen) {
    log_info("{} cannot be switched to: {}", feed->url().text, why);
  }
  if (!failover_.check_failed()) return give_up();
  plan_check();
}

// The next look at a better source, where there is one and none is being looked at.
void Session::plan_check() {
  if (candidate_ || is_stopped_) return;
  candidate_timer_.cancel();
  const auto next = failover_.next_check();
  if (!next) return;
  candidate_timer_.expires_after(next->pause);
  candidate_timer_.async_wait([this, number = next->source](auto failed) {
    const bool is_current = current_ && current_->number() == number;
    if (!failed && !is_stopped_ && !candidate_ && !is_current) check(number);
  });
}

void Session::check(std::size_t number) {
  candidate_ = make_feed(number);
  log_debug("checking {}", candidate_->url().text);
  watch_candidate();
  start_feed(*candidate_);
}

void Session::watch_candidate() {
  if (!candidate_) return;
  const milliseconds timeout = std::min(candidate_->url().source_timeout, kCheckTimeout);
  candidate_timer_.expires_after(until(candidate_->last_frame() + timeout));
  candidate_timer_.async_wait([this, timeout](auto failed) {
    if (failed || is_stopped_ || !candidate_) return;
    if (monotonic_now() - candidate_->last_frame() < timeout) return watch_candidate();
    candidate_->end(fail(ErrorCode::kUnavailable, no_frames(*candidate_, timeout)));
  });
}

// A source is lost when no frames have come for its source_timeout. What is read from a file or
// pipe ends by itself.
void Session::watch_current() {
  current_timer_.cancel();
  if (!current_ || current_->url().is_finite()) return;
  const Feed& feed = *current_;
  MonotonicTime deadline = feed.last_frame() + feed.url().source_timeout;
  if (settings_.frames_timeout && feed.has_frames() && !feed.is_silent) {
    deadline = std::min(deadline, feed.last_frame() + *settings_.frames_timeout);
  }
  if (settings_.backup && !feed.has_frames()) {
    deadline = std::min(deadline, feed.started() + kBackupWait);
  }
  current_timer_.expires_after(until(deadline));
  current_timer_.async_wait([this](auto failed) {
    if (!failed && !is_stopped_ && current_) judge_current();
  });
}

void Session::judge_current() {
  Feed& feed = *current_;
  const MonotonicTime now = monotonic_now();
  const auto silence = now - feed.last_frame();
  if (settings_.frames_timeout && feed.has_frames() && silence >= *settings_.frames_timeout &&
      !std::exchange(feed.is_silent, true)) {
    status_->event(event::kFramesTimedOut, {{"url", feed.url().text}});
  }
  if (silence >= feed.url().source_timeout) {
    feed.end(fail(ErrorCode::kUnavailable, no_frames(feed, feed.url().source_timeout)));
  } else if (settings_.backup && !feed.has_frames() && now - feed.started() >= kBackupWait) {
    play_backup();
  } else {
    watch_current();
  }
}

// The source that does not come is looked at beside it.
void Session::play_backup() {
  if (!candidate_) {
    candidate_ = std::move(current_);
    watch_candidate();
  }
  ended_ = {};
  failover_.switched(failover_.backup());
  play(failover_.backup());
}

Result<> Session::choose(const std::string& url) {
  const auto found = std::find_if(settings_.urls.begin(), settings_.urls.end(),
                                  [&](const SourceUrl& each) { return each.word == url; });
  if (found == settings_.urls.end()) {
    return fail(ErrorCode::kNotFound,
                fmt::format("no source {} to switch to", printable(config::hide_secrets(url))));
  }
  const auto number = static_cast<std::size_t>(found - settings_.urls.begin());
  if (current_ && current_->number() == number) {
    failover_.switched(number, true);
    return {};
  }
  candidate_.reset();
  check(number);
  if (candidate_) candidate_->is_chosen = true;
  return {};
}

void Session::share(const io::UdpAddress& address) {
  const auto is_it = [&](const SourceUrl& url) {
    return url.scheme == Scheme::kUdp && url.udp == address;
  };
  for (SourceUrl& url : settings_.urls) url.is_shared = url.is_shared || is_it(url);
  for (Feed* feed : {current_.get(), candidate_.get()}) {
    if (feed != nullptr && is_it(feed->url())) feed->share();
  }
}

void Session::stop(Result<> result) {
  if (is_stopped_) return;
  is_stopped_ = true;
  // A reader that closed its end has had enough: a clean end.
  const bool is_closed = !result && result.error().code == ErrorCode::kCancelled;
  result_ = is_closed ? Result<>{} : std::move(result);
  retry_timer_.cancel();
  current_timer_.cancel();
  candidate_timer_.cancel();
  if (!is_closed && timed_->finish()) {
    output_->finish(is_finite() && !current_ ? kDrainTimeout : kStopTimeout);
  }
  status_->exiting(result_ ? 0 : 3, result_ ? "" : result_.error().message);
  loop_.stop();
}

nlohmann::json Session::counters() {
  const SourceCounters source = current_ ? current_->counters() : ended_;
  const std::size_t number = current_ ? current_->number() : failover_.current();
  nlohmann::json out;
  out["source"] = number + 1;
  out["url"] = url_of(number).text;
  out["is_backup"] = number == failover_.backup();
  out["bytes_in"] = source.bytes;
  out["retries"] = retries_;
  out["errors"] = source.lost + source.ts.transport_errors + source.ts.scrambled +
                  source.ts.sync_losses + source.ts.psi_errors + source.ts.pes_errors;
  out["datagrams"] = source.datagrams;
  out["kernel_drops"] = source.kernel_drops;
  out["rtp_lost"] = source.rtp_lost;
  out["ts"] = {{"packets", source.ts.packets},
               {"sync_losses", source.ts.sync_losses},
               {"skipped_bytes", source.ts.skipped_bytes},
               {"continuity_errors", source.ts.continuity_errors},
               {"duplicates", source.ts.duplicates},
               {"scrambled", source.ts.scrambled},
               {"transport_errors", source.ts.transport_errors},
               {"psi_errors", source.ts.psi_errors},
               {"pes_errors", source.ts.pes_errors}};
  timed_->add_counters(out);
  return out;
}

}  // namespace flu::ingest
