#include "libcommon/media/timeline.h"

#include <algorithm>
#include <cstdlib>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "libcommon/media/timeline_ticks.h"

namespace flu::media {
namespace {

// Further off than this against what arrival lets expect is a jump: above the jitter of networks
// and the distance at which tracks are muxed, below what viewers take for a short hiccup.
constexpr Ticks kJump = kSecond;
// Two tracks that land within this of each other jumped together.
constexpr Ticks kSameJump = 2 * kSecond;
// Tracks of one source start within this of each other.
constexpr Ticks kMaxApart = 10 * kSecond;
// The same where one burst brings a segment of each, and at the start several.
constexpr Ticks kMaxApartInBursts = 60 * kSecond;
// A source in bursts that is silent for so much longer than usual was away.
constexpr std::chrono::seconds kAway{10};
// Samples of a track between two jumps: a source with random timestamps gives at most one
// discontinuity for so many samples; those between that do not fit are dropped.
constexpr unsigned kMinSamplesBetweenJumps = 25;

}  // namespace

Timeline::Mapped Timeline::map(std::uint32_t track_id, Timestamp dts, Ticks duration,
                               const Arrival& arrival) {
  watch_clock(arrival);
  if (is_anchor_wanted_) {
    note_first(track_id, dts);
    anchor(arrival);
  }
  Track& track = this->track(track_id);
  ++track.since_jump;
  Mapped out;
  if (is_jump(track, dts + track.shift, arrival) && !follow_other_track(track, dts, arrival) &&
      !start_again(track, dts, arrival)) {
    out.is_dropped = true;
    return out;
  }
  const Timestamp x = dts + track.shift;
  if (pacing_ == Pacing::kLive || pacing_ == Pacing::kBursts) follow_drift(x, arrival);
  out.dts = map_(x);
  out.duration = map_(x + duration) - out.dts;
  if (track.last_utc && out.dts <= *track.last_utc) {
    out.is_dropped = true;
    return out;
  }
  track.last_x = x;
  track.last_arrival = arrival.monotonic;
  track.last_utc = out.dts;
  track.end = out.dts + out.duration;
  if (x >= newest_x_) {
    note_silence(arrival);
    newest_x_ = x;
    newest_arrival_ = arrival.monotonic;
  }
  out.is_clock_unsure = pacing_ != Pacing::kFree && clock_->is_ahead();
  if (pending_reason_) {
    out.is_discontinuity = true;
    out.reason = std::move(*pending_reason_);
    pending_reason_.reset();
  }
  return out;
}

Timeline::Mapped Timeline::retime(Sample& sample, const Arrival& arrival) {
  if (sample.is_sparse) return retime_sparse(sample);
  const Timestamp pts = sample.pts();
  Mapped mapped = map(sample.track_id, sample.dts, sample.duration, arrival);
  if (mapped.is_dropped) return mapped;
  const Ticks shift = track(sample.track_id).shift;
  sample.cts = std::max(Ticks{0}, map_(pts + shift) - mapped.dts);
  sample.dts = mapped.dts;
  sample.duration = mapped.duration;
  return mapped;
}

// As the others are mapped; before the first of them there is no time to have.
Timeline::Mapped Timeline::retime_sparse(Sample& sample) {
  Mapped mapped;
  const auto start = to_utc(sample.dts);
  const auto end = to_utc(sample.dts + sample.duration);
  mapped.is_dropped = !start || !end;
  if (mapped.is_dropped) return mapped;
  mapped.dts = *start;
  mapped.duration = *end - *start;
  mapped.is_clock_unsure = pacing_ != Pacing::kFree && clock_->is_ahead();
  sample.dts = mapped.dts;
  sample.duration = mapped.duration;
  return mapped;
}

void Timeline::restart(std::string reason) {
  if (!map_.is_anchored()) return;
  is_anchor_wanted_ = true;
  mark(std::move(reason));
}

void Timeline::restart(std::string reason, Pacing pacing) {
  pacing_ = pacing;
  restart(std::move(reason));
}

std::optional<Timestamp> Timeline::to_utc(Timestamp source_time) const {
  if (is_anchor_wanted_) return std::nullopt;
  return map_(source_time + shift_);
}

Timeline::Track& Timeline::track(std::uint32_t id) {
  const auto found =
      std::find_if(tracks_.begin(), tracks_.end(), [id](const Track& t) { return t.id == id; });
  if (found != tracks_.end()) return *found;
  Track fresh;
  fresh.id = id;
  fresh.shift = shift_;
  return tracks_.emplace_back(fresh);
}

void Timeline::mark(std::string reason) {
  if (!pending_reason_) pending_reason_ = std::move(reason);
}

void Timeline::watch_clock(const Arrival& arrival) {
  if (!clock_) clock_.emplace(arrival);
  if (pacing_ == Pacing::kFree || pacing_ == Pacing::kUtc) return;
  const auto step = clock_->update(arrival);
  if (step.count() == 0 || !map_.is_anchored()) return;
  map_.shift(std::chrono::floor<Ticks>(step));
  mark(fmt::format("the system clock stepped forward by {:.1f} s",
                   std::chrono::duration<double>(step).count()));
}

Timestamp Timeline::arrival_utc(const Arrival& arrival) const {
  return to_timestamp(clock_->at(arrival.monotonic));
}

void Timeline::note_first(std::uint32_t track_id, Timestamp dts) {
  if (firsts_.empty()) {
    newest_first_ = dts;
    first_shift_ = Ticks{0};
  }
  // What was kept back may hold a jump already: what follows it lasts as long all the same.
  if (std::chrono::abs(dts + first_shift_ - newest_first_) > max_apart()) {
    first_shift_ = newest_first_ - dts;
  }
  dts += first_shift_;
  newest_first_ = std::max(newest_first_, dts);
  const auto known = std::find_if(firsts_.begin(), firsts_.end(),
                                  [&](const First& first) { return first.track_id == track_id; });
  if (known == firsts_.end()) firsts_.push_back({track_id, dts});
}

void Timeline::expect(std::span<const Unit> units) {
  if (!is_anchor_wanted_) return;
  for (const Unit& unit : units) {
    const auto* sample = std::get_if<Sample>(&unit);
    if (sample != nullptr && !sample->is_sparse) note_first(sample->track_id, sample->dts);
  }
}

// Where `oldest` may be put so that no track goes back; nullopt before the first sample.
std::optional<Timestamp> Timeline::earliest_start(Timestamp oldest) const {
  std::optional<Timestamp> out;
  for (const First& first : firsts_) {
    for (const Track& track : tracks_) {
      if (track.id != first.track_id || !track.last_utc) continue;
      const Timestamp start = track.end - (first.dts - oldest);
      out = std::max(out.value_or(start), start);
    }
  }
  if (out) return out;
  for (const Track& track : tracks_) out = std::max(out.value_or(track.end), track.end);
  return out;
}

void Timeline::anchor(const Arrival& arrival) {
  Timestamp dts = firsts_.front().dts;
  for (const First& first : firsts_) dts = std::min(dts, first.dts);
  Timestamp utc = arrival_utc(arrival);
  if (pacing_ == Pacing::kLive || pacing_ == Pacing::kBursts) {
    utc -= std::min(newest_first_ - dts, max_apart());
  }
  if (const auto start = earliest_start(dts)) {
    const bool is_seamless = pacing_ == Pacing::kFree || std::chrono::abs(utc - *start) < kSeamless;
    utc = is_seamless ? *start : std::max(utc, *start);
  }
  if (pacing_ == Pacing::kUtc) utc = dts;
  map_.anchor(dts, utc);
  firsts_.clear();
  for (Track& track : tracks_) {
    track.shift = Ticks{0};
    track.last_x.reset();
  }
  shift_ = Ticks{0};
  newest_x_ = dts;
  newest_arrival_ = arrival.monotonic;
  is_anchor_wanted_ = false;
  is_retimed_ = false;
  forget_trend();
}

Ticks Timeline::max_apart() const {
  return pacing_ == Pacing::kBursts ? kMaxApartInBursts : kMaxApart;
}

// When a sample comes says nothing of what its time should be.
bool Timeline::is_by_own_times() const {
  return pacing_ == Pacing::kFree || pacing_ == Pacing::kBursts;
}

// Where in the (shifted) source time this moment stands.
Timestamp Timeline::expected_x(const Track& track, const Arrival& arrival) const {
  if (is_by_own_times()) return newest_x_;
  if (track.last_x) return *track.last_x + to_ticks(arrival.monotonic - track.last_arrival);
  return newest_x_ + to_ticks(arrival.monotonic - newest_arrival_);
}

bool Timeline::is_jump(const Track& track, Timestamp x, const Arrival& arrival) const {
  if (pacing_ == Pacing::kUtc) return false;
  const Timestamp expected = expected_x(track, arrival);
  if (!track.last_x) return std::chrono::abs(x - expected) > max_apart();
  if (x < *track.last_x - kJump) return true;
  if (is_by_own_times()) {
    return has_missed_jump(track, x) ||
           (x > expected + kSameJump && !is_explained_by_silence(x, arrival));
  }
  // A source that was late and catches up leaves a gap, but is where it should be.
  return x > expected + kJump && map_(x) > arrival_utc(arrival) + kJump;
}

// Another track jumped, and this one, which is behind by the rest of a burst, has now come to it.
bool Timeline::has_missed_jump(const Track& track, Timestamp x) const {
  const Timestamp as_other = x - track.shift + shift_;
  return track.shift != shift_ && x > *track.last_x + kSameJump &&
         std::chrono::abs(as_other - *track.last_x) < kSameJump;
}

// A hole in the times of a source that gives bursts, where a burst was missing too.
bool Timeline::is_explained_by_silence(Timestamp x, const Arrival& arrival) const {
  if (pacing_ != Pacing::kBursts) return false;
  const Ticks burst = to_ticks(silence_);
  const Ticks hole = x - newest_x_;
  return hole > burst * 3 / 4 &&
         to_ticks(arrival.monotonic - newest_arrival_) > hole + burst * 3 / 4;
}

void Timeline::note_silence(const Arrival& arrival) {
  const auto silence = arrival.monotonic - newest_arrival_;
  if (silence <= std::chrono::seconds(1)) return;
  const bool is_first = silence_.count() == 0;
  silence_ = is_first ? silence : (3 * silence_ + std::min(silence, silence_ + kAway)) / 4;
}

// How far off `dts` would be if it were shifted as `other` is.
Ticks Timeline::distance_as_shifted_by(const Track& other, const Track& track, Timestamp dts,
                                       const Arrival& arrival) const {
  const Timestamp x = dts + other.shift;
  if (pacing_ == Pacing::kBursts && track.last_x) {
    // In a burst another track may be a whole segment ahead.
    return std::chrono::abs(x - std::clamp(x, std::min(*track.last_x, newest_x_), newest_x_));
  }
  const Ticks since = is_by_own_times() ? Ticks{0} : to_ticks(arrival.monotonic - newest_arrival_);
  return std::chrono::abs(x - (newest_x_ + since));
}

// Another track jumped by the same amount: this one goes with it, so that both stay together.
bool Timeline::follow_other_track(Track& track, Timestamp dts, const Arrival& arrival) {
  const Track* best = nullptr;
  const auto off = [&](const Track& t) { return distance_as_shifted_by(t, track, dts, arrival); };
  for (const Track& other : tracks_) {
    if (!other.last_x || other.id == track.id || off(other) >= kSameJump) continue;
    if (best == nullptr || off(other) < off(*best)) best = &other;
  }
  if (best == nullptr || best->shift == track.shift) return false;
  if (track.last_x && best->is_silent) {
    mark(fmt::format("timestamps jumped by {:+.1f} s", seconds(track.shift - best->shift)));
  }
  track.shift = best->shift;
  track.is_silent = best->is_silent && !track.last_x;
  track.since_jump = 0;
  shift_ = track.shift;
  return true;
}

// The first to jump, or a new track with a clock of its own, which breaks nothing: it is put where
// it is expected. False: too many jumps.
bool Timeline::start_again(Track& track, Timestamp dts, const Arrival& arrival) {
  const bool is_new = !track.last_x;
  if (!is_new && track.has_jumped && track.since_jump < kMinSamplesBetweenJumps) return false;
  const Timestamp expected = expected_x(track, arrival);
  const Ticks jump = dts + track.shift - expected;
  Timestamp target = expected;
  if (track.last_x) {
    // The end of this track, not of all: rather a frame of another is dropped where it overlaps
    // than that time is made up.
    const Ticks gap = map_(target) - end_or_arrival(track, arrival);
    if (is_by_own_times() || std::chrono::abs(gap) < kSeamless) target -= gap;
  }
  track.shift = target - dts;
  track.is_silent = is_new;
  track.since_jump = 0;
  shift_ = track.shift;
  if (is_new) return true;
  track.has_jumped = true;
  forget_trend();
  mark(fmt::format("timestamps jumped by {:+.1f} s", seconds(jump)));
  return true;
}

// Where a jump is put: behind what was there, but for a source in bursts that was away.
Timestamp Timeline::end_or_arrival(const Track& track, const Arrival& arrival) const {
  const bool was_away =
      pacing_ == Pacing::kBursts && arrival.monotonic - newest_arrival_ > 2 * silence_ + kAway;
  if (!was_away) return track.end;
  return std::max(track.end, arrival_utc(arrival) - to_ticks(silence_));
}

}  // namespace flu::media
