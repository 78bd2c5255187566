// Tested by tests/e2e/ingest/file-ffprobe.sh

#include "tools/ingest/session.h"

#include <algorithm>
#include <utility>
#include <variant>

#include <boost/asio/post.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "libcommon/base/clock.h"
#include "tools/ingest/media_info.h"

namespace flu::ingest {
namespace {

constexpr std::chrono::milliseconds kStopTimeout{1'000};
constexpr std::size_t kMaxEarlyEvents = 64;
constexpr std::chrono::minutes kDrainTimeout{10};  // for a reader that is slow, but reads

}  // namespace

Session::Session(boost::asio::io_context& loop, Settings settings)
    : loop_(loop),
      settings_(std::move(settings)),
      failover_(settings_.urls.size(), settings_.retry_limit),
      retry_timer_(loop),
      frames_timer_(loop) {}

void Session::start(Output& output, service::StatusReporter& status) {
  output_ = &output;
  status_ = &status;
  rate_since_ = monotonic_now();
  play();
}

void Session::resume() {
  if (source_) source_->resume();
}

bool Session::is_finite() const {
  return std::all_of(settings_.urls.begin(), settings_.urls.end(),
                     [](const SourceUrl& url) { return url.is_finite(); });
}

void Session::play() {
  if (is_stopped_) return;
  source_ = make_source(loop_, url(), settings_.source);
  const std::uint64_t number = ++source_number_;
  had_frames_ = false;
  early_events_.clear();
  lost_ = 0;
  last_frame_ = monotonic_now();
  timeline_.restart("the source was started", source_->pacing());
  log_info("reading {}", url().text);
  const auto is_current = [this, number] { return number == source_number_ && !is_stopped_; };
  Source::Handlers handlers;
  handlers.on_units = [this, is_current](Units& units, const media::Arrival& arrival) {
    if (is_current()) on_units(units, arrival);
    units.clear();
  };
  handlers.on_restart = [this, is_current](const std::string& reason) {
    if (!is_current()) return;
    early_events_.clear();
    timeline_.restart(reason);
  };
  handlers.on_end = [this, is_current](const Result<>& result) {
    if (is_current()) on_source_end(result);
  };
  handlers.is_full = [this] { return output_->is_full(); };
  if (const auto started = source_->start(std::move(handlers)); !started) {
    on_source_end(started);
    return;
  }
  watch_frames();
}

void Session::on_units(Units& units, const media::Arrival& arrival) {
  timeline_.expect(units);
  for (media::Unit& unit : units) {
    if (is_stopped_) return;
    on_unit(unit, arrival);
  }
  if (is_stopped_) return;
  if (const auto flushed = output_->flush(); !flushed) return stop(flushed);
  if (timeline_.is_retimed() != was_retimed_) {
    was_retimed_ = timeline_.is_retimed();
    log_alert(
        "{}: its clock is {}", url().text,
        was_retimed_ ? "off by more than 1 %: frames are timed from their arrival" : "right again");
  }
}

void Session::on_unit(media::Unit& unit, const media::Arrival& arrival) {
  if (auto* change = std::get_if<media::TracksChanged>(&unit)) {
    on_tracks(*change, arrival);
  } else if (const auto* broken = std::get_if<media::Discontinuity>(&unit)) {
    timeline_.mark(broken->reason);
  } else if (auto* event = std::get_if<media::Event>(&unit)) {
    on_event(std::move(*event), arrival);
  } else if (auto* sample = std::get_if<media::Sample>(&unit)) {
    if (!retime(*sample, arrival)) return;
    ++frames_;
    payload_bytes_ += sample->data.size();
    last_dts_ = std::max(last_dts_, sample->dts);
    last_frame_ = arrival.monotonic;
    const std::uint64_t lost = source_->counters().lost;
    for (media::Event& early : std::exchange(early_events_, {})) {
      on_event(std::move(early), arrival);
    }
    write(std::move(unit), arrival, static_cast<std::uint32_t>(lost - std::exchange(lost_, lost)));
  }
}

// One that comes before the first frame waits for it: only then its time can be told in UTC.
void Session::on_event(media::Event event, const media::Arrival& arrival) {
  if (const auto time = timeline_.to_utc(event.time)) {
    event.time = *time;
    write(std::move(event), arrival);
  } else if (early_events_.size() < kMaxEarlyEvents) {
    early_events_.push_back(std::move(event));
  }
}

// False: too late to be of use.
bool Session::retime(media::Sample& sample, const media::Arrival& arrival) {
  const auto mapped = timeline_.retime(sample, arrival);
  if (mapped.is_dropped) {
    ++late_frames_;
    log_debug("{}: a frame of track {} at {} is late: dropped", url().text, sample.track_id,
              sample.dts.count());
    return false;
  }
  was_clock_unsure_ = mapped.is_clock_unsure;
  if (!had_frames_) {
    had_frames_ = true;
    had_any_frames_ = true;
    status_->event("source_ready", {{"url", url().text}});
  }
  if (mapped.is_discontinuity) {
    ++discontinuities_;
    log_info("{}: discontinuity: {}", url().text, mapped.reason);
    status_->event("stream_rt_sync", {{"url", url().text}, {"reason", mapped.reason}});
    write(media::Discontinuity{mapped.reason}, arrival);
  }
  return true;
}

void Session::on_tracks(media::TracksChanged& change, const media::Arrival& arrival) {
  if (change.tracks == tracks_) return;
  tracks_ = change.tracks;
  status_->event("stream_media_info", {{"media_info", media_info(tracks_)}});
  write(std::move(change), arrival);
}

void Session::write(media::Unit unit, const media::Arrival& arrival, std::uint32_t lost) {
  link::FragmentContext context;
  context.arrival = arrival.wall;
  context.source = static_cast<std::uint32_t>(failover_.current() + 1);
  context.is_clock_unsure = was_clock_unsure_;
  context.lost = lost;
  if (const auto written = output_->write(std::move(unit), context); !written) stop(written);
}

// May be called from inside the source.
void Session::on_source_end(const Result<>& result) {
  ++source_number_;
  frames_timer_.cancel();
  boost::asio::post(loop_, [this, result, number = source_number_] {
    if (!is_stopped_ && number == source_number_) after_end(result);
  });
}

void Session::after_end(const Result<>& result) {
  ended_ = source_->counters();
  source_.reset();
  if (had_frames_ && !(result && is_finite())) {
    status_->event("source_lost",
                   {{"url", url().text}, {"reason", result ? "it ended" : result.error().message}});
  }
  const bool is_last = failover_.current() + 1 == settings_.urls.size();
  if (is_finite() && is_last) {
    // Nothing more will come. Of several, one that played is enough.
    stop(settings_.urls.size() > 1 && had_any_frames_ ? Result<>{} : result);
    return;
  }
  if (!result) log_alert("{}", result.error().message);
  const auto next = failover_.ended(had_frames_);
  if (!next) {
    stop(fail(ErrorCode::kUnavailable,
              fmt::format("no frames after {} attempts: giving up (--retry-limit)",
                          failover_.failures())));
    return;
  }
  ++retries_;
  play_after(next->pause);
}

void Session::play_after(std::chrono::milliseconds pause) {
  retry_timer_.expires_after(pause);
  retry_timer_.async_wait([this](auto failed) {
    if (!failed) play();
  });
}

// A source is lost when no frames have come for its source_timeout. What is read from a file or
// pipe ends by itself.
void Session::watch_frames() {
  if (url().is_finite()) return;
  const auto deadline = last_frame_ + url().source_timeout;
  frames_timer_.expires_after(std::chrono::duration_cast<std::chrono::milliseconds>(
      std::max(deadline - monotonic_now(), MonotonicTime::duration{1'000'000})));
  frames_timer_.async_wait([this, number = source_number_](auto failed) {
    if (failed || is_stopped_ || number != source_number_) return;
    if (monotonic_now() - last_frame_ < url().source_timeout) return watch_frames();
    on_source_end(fail(ErrorCode::kUnavailable,
                       fmt::format("{}: no frames for {:g} s", url().text,
                                   std::chrono::duration<double>(url().source_timeout).count())));
  });
}

void Session::stop(Result<> result) {
  if (is_stopped_) return;
  is_stopped_ = true;
  // A reader that closed its end has had enough: a clean end.
  const bool is_closed = !result && result.error().code == ErrorCode::kCancelled;
  result_ = is_closed ? Result<>{} : std::move(result);
  retry_timer_.cancel();
  frames_timer_.cancel();
  if (!is_closed) output_->finish(is_finite() && !source_ ? kDrainTimeout : kStopTimeout);
  status_->exiting(result_ ? 0 : 3, result_ ? "" : result_.error().message);
  loop_.stop();
}

nlohmann::json Session::counters() {
  const MonotonicTime now = monotonic_now();
  const std::chrono::duration<double> span = now - rate_since_;
  const std::uint64_t bytes = payload_bytes_ - std::exchange(rate_bytes_, payload_bytes_);
  rate_since_ = now;
  const SourceCounters source = source_ ? source_->counters() : ended_;
  const OutputCounters output = output_->counters();
  nlohmann::json out;
  out["source"] = failover_.current() + 1;
  out["url"] = url().text;
  out["bitrate"] =
      span.count() > 0
          ? static_cast<std::uint64_t>(static_cast<double>(bytes) * 8 / 1000 / span.count())
          : 0;
  out["frames"] = frames_;
  out["bytes_in"] = source.bytes;
  out["bytes_out"] = output.bytes;
  if (frames_ != 0) {
    out["last_dts_ms"] = std::chrono::duration_cast<std::chrono::milliseconds>(last_dts_).count();
  }
  out["media_info"] = media_info(tracks_);
  out["retries"] = retries_;
  out["errors"] = source.lost + source.ts.transport_errors + source.ts.scrambled +
                  source.ts.sync_losses + source.ts.psi_errors + source.ts.pes_errors;
  out["discontinuities"] = discontinuities_;
  out["late_frames"] = late_frames_;
  out["dropped_frames"] = output.dropped_samples;
  out["reconnects"] = output.reconnects;
  out["slew_ppm"] = static_cast<std::int64_t>(timeline_.slew() * 1e6);
  out["is_retimed"] = timeline_.is_retimed();
  out["is_clock_unsure"] = was_clock_unsure_;
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
  return out;
}

}  // namespace flu::ingest
