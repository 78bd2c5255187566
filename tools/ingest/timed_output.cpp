// Tested by tests/e2e/ingest/jumps-ffprobe.sh

#include "tools/ingest/timed_output.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <variant>

#include <nlohmann/json.hpp>

#include "libcommon/base/clock.h"
#include "libcommon/base/log.h"
#include "libcommon/event/types.h"
#include "tools/ingest/limits.h"
#include "tools/ingest/media_info.h"

namespace flu::ingest {

TimedOutput::TimedOutput(Output& output, service::StatusReporter& status)
    : output_(output), status_(status), rate_since_(monotonic_now()) {}

void TimedOutput::begin(Origin origin, const std::string& reason) {
  origin_ = std::move(origin);
  early_events_.clear();
  is_restarted_ = true;
  lost_ = origin_.lost;
  timeline_.restart(reason, origin_.pacing);
}

void TimedOutput::restart(const std::string& reason) {
  early_events_.clear();
  is_restarted_ = true;
  timeline_.restart(reason);
}

Result<> TimedOutput::write(Units& units, const media::Arrival& arrival, std::uint64_t lost) {
  timeline_.expect(units);
  for (media::Unit& unit : units) FLU_TRY(write_unit(unit, arrival, lost));
  FLU_TRY(output_.flush());
  note_pace();
  return {};
}

Result<> TimedOutput::write_unit(media::Unit& unit, const media::Arrival& arrival,
                                 std::uint64_t lost) {
  if (auto* sample = std::get_if<media::Sample>(&unit)) return write_sample(*sample, arrival, lost);
  if (auto* change = std::get_if<media::TracksChanged>(&unit))
    return write_tracks(*change, arrival);
  if (auto* event = std::get_if<media::Event>(&unit)) {
    return write_event(std::move(*event), arrival);
  }
  timeline_.mark(std::get<media::Discontinuity>(unit).reason);
  return {};
}

Result<> TimedOutput::write_sample(media::Sample& sample, const media::Arrival& arrival,
                                   std::uint64_t lost) {
  const auto mapped = timeline_.retime(sample, arrival);
  if (mapped.is_dropped) {
    ++late_frames_;
    log_debug("{}: a frame of track {} at {} is late: dropped", origin_.url, sample.track_id,
              sample.dts.count());
    return {};
  }
  was_clock_unsure_ = mapped.is_clock_unsure;
  const bool is_first = std::exchange(is_restarted_, false);
  if (mapped.is_discontinuity) {
    ++discontinuities_;
    log_info("{}: discontinuity: {}", origin_.url, mapped.reason);
    status_.event(event::kStreamRtSync, {{"url", origin_.url}, {"reason", mapped.reason}});
    if (!is_first) hold_.note_jump();
    FLU_TRY(pass_on(media::Discontinuity{mapped.reason}, arrival));
  }
  ++frames_;
  payload_bytes_ += sample.data.size();
  last_dts_ = std::max(last_dts_, sample.dts);
  for (media::Event& early : std::exchange(early_events_, {})) {
    FLU_TRY(write_event(std::move(early), arrival));
  }
  const auto lost_now = static_cast<std::uint32_t>(lost - std::exchange(lost_, lost));
  return pass_on(std::move(sample), arrival, lost_now);
}

Result<> TimedOutput::write_event(media::Event event, const media::Arrival& arrival) {
  if (const auto time = timeline_.to_utc(event.time)) {
    event.time = *time;
    return pass_on(std::move(event), arrival);
  }
  if (early_events_.size() < kMaxEarlyEvents) early_events_.push_back(std::move(event));
  return {};
}

Result<> TimedOutput::write_tracks(media::TracksChanged& change, const media::Arrival& arrival) {
  if (change.tracks == tracks_) return {};
  tracks_ = change.tracks;
  status_.event(event::kStreamMediaInfo, {{"media_info", media_info(tracks_)}});
  return pass_on(std::move(change), arrival);
}

Result<> TimedOutput::pass_on(media::Unit unit, const media::Arrival& arrival, std::uint32_t lost) {
  link::FragmentContext context;
  context.arrival = arrival.wall;
  context.source = origin_.number;
  context.is_clock_unsure = was_clock_unsure_;
  context.is_slate = origin_.is_slate;
  context.lost = lost;
  if (!hold_.wants(unit)) return output_.write(std::move(unit), context);
  ChangeHold::Items items;
  hold_.add({std::move(unit), context}, items);
  return give(std::move(items));
}

Result<> TimedOutput::give(ChangeHold::Items items) {
  for (ChangeHold::Item& item : items) {
    FLU_TRY(output_.write(std::move(item.unit), item.context));
  }
  return {};
}

Result<> TimedOutput::finish() {
  ChangeHold::Items items;
  hold_.release(items);
  return give(std::move(items));
}

void TimedOutput::note_pace() {
  if (timeline_.is_retimed() == was_retimed_) return;
  was_retimed_ = timeline_.is_retimed();
  log_alert(
      "{}: its clock is {}", origin_.url,
      was_retimed_ ? "off by more than 1 %: frames are timed from their arrival" : "right again");
}

void TimedOutput::add_counters(nlohmann::json& out) {
  const MonotonicTime now = monotonic_now();
  const std::chrono::duration<double> span = now - rate_since_;
  const std::uint64_t bytes = payload_bytes_ - std::exchange(rate_bytes_, payload_bytes_);
  rate_since_ = now;
  out["bitrate"] =
      span.count() > 0
          ? static_cast<std::uint64_t>(static_cast<double>(bytes) * 8 / 1000 / span.count())
          : 0;
  out["frames"] = frames_;
  if (frames_ != 0) {
    out["last_dts_ms"] = std::chrono::duration_cast<std::chrono::milliseconds>(last_dts_).count();
  }
  out["media_info"] = media_info(tracks_);
  out["discontinuities"] = discontinuities_;
  out["late_frames"] = late_frames_;
  out["slew_ppm"] = static_cast<std::int64_t>(timeline_.slew() * 1e6);
  out["is_retimed"] = timeline_.is_retimed();
  out["is_clock_unsure"] = was_clock_unsure_;
  const OutputCounters output = output_.counters();
  out["bytes_out"] = output.bytes;
  out["dropped_frames"] = output.dropped_samples;
  out["reconnects"] = output.reconnects;
}

}  // namespace flu::ingest
