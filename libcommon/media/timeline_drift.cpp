// How a Timeline follows the pace of its source.
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include <fmt/format.h>

#include "libcommon/media/timeline.h"
#include "libcommon/media/timeline_ticks.h"

namespace flu::media {
namespace {

constexpr double kMaxSlew = 0.01;          // docs/design.md: 10 ms a second
constexpr std::size_t kSlewBuckets = 30;   // 60 s, before which no slope is believed
constexpr double kIgnoredSlope = 100e-6;   // below both nothing is slewed, so that frame
constexpr Ticks kIgnoredError{4'500};      // durations stay as regular as the source's; 50 ms
constexpr double kSlewSeconds = 60;        // in which an error is taken back
constexpr double kRetimeSeconds = 10;      // the same when timed from arrival
constexpr std::size_t kRetimeBuckets = 5;  // 10 s: the shortest line that shows a wrong pace
constexpr double kRetimeChange = 0.6;      // seconds of lateness: 1 % in 60 s, 6 % in 10 s
constexpr double kStraight = 0.1;          // rms against change: a ramp, not a step
constexpr double kMaxStretch = 0.8;        // slope: a source at a fifth of its pace
constexpr unsigned kBehindBuckets = 5;     // 10 s too late, all of it: the source stood still
constexpr Ticks kBehind = 2 * kSecond;
constexpr Ticks kMaxEarly = kSecond;  // burst at the start: not kept for ever

}  // namespace

void Timeline::forget_trend() {
  burst_drift_.clear();
  trend_.clear();
  least_error_.reset();
  normal_error_.reset();
  behind_ = 0;
}

void Timeline::follow_drift(Timestamp x, const Arrival& arrival) {
  // The slope against the source's own time, so that slewing does not hide what it follows; the
  // error against what was mapped.
  const Ticks lateness = to_ticks(arrival.monotonic.time_since_epoch()) - x;
  const Ticks error = arrival_utc(arrival) - map_(x);
  if (pacing_ == Pacing::kBursts) return follow_bursts(lateness, error, arrival);
  const bool is_closed = trend_.add(arrival.monotonic, lateness);
  if (is_closed && least_error_) {
    if (!normal_error_) normal_error_ = std::clamp(*least_error_, -kMaxEarly, Ticks{0});
    set_rate(*least_error_ - *normal_error_);
    least_error_.reset();
  }
  least_error_ = std::min(least_error_.value_or(error), error);
}

void Timeline::follow_bursts(Ticks lateness, Ticks error, const Arrival& arrival) {
  const auto verdict = burst_drift_.add(arrival.monotonic, lateness, error);
  if (!verdict) return;
  if (verdict->stood_still_for.count() > 0) return stood_still_for(verdict->stood_still_for);
  map_.set_rate(newest_x_, verdict->rate);
}

void Timeline::stood_still_for(Ticks time) {
  map_.shift(time);
  forget_trend();
  mark(fmt::format("the source stood still for {:.1f} s", seconds(time)));
}

// Is the newest part of the trend a straight line that is too steep for slewing?
bool Timeline::is_pace_wrong() const {
  for (std::size_t buckets = kRetimeBuckets; buckets <= kSlewBuckets; buckets += kRetimeBuckets) {
    const auto line = trend_.line(buckets);
    if (!line) break;
    const double change = std::abs(line->slope * line->span);
    if (std::abs(line->slope) > kMaxSlew && change > kRetimeChange &&
        line->rms < kStraight * change && line->step < change / 2) {
      return true;
    }
  }
  return false;
}

// `error`: by how much later than normal the earliest samples came, as mapped now.
void Timeline::set_rate(Ticks error) {
  const auto line = trend_.line(std::max(kSlewBuckets, trend_.buckets()));
  if (is_retimed_ && line && std::abs(line->slope) < kMaxSlew / 2 &&
      std::chrono::abs(error) < kSeamless) {
    is_retimed_ = false;
  }
  if (!is_retimed_ && is_pace_wrong()) is_retimed_ = true;
  if (is_retimed_) {
    behind_ = 0;
    const auto recent = trend_.line(kRetimeBuckets);
    // `slope` is a second of real time's, the rate a second of the source's.
    const double slope = std::clamp(recent ? recent->slope : 0.0, -1.0, kMaxStretch);
    const double rate = slope / (1 - slope) + seconds(error) / kRetimeSeconds;
    map_.set_rate(newest_x_, std::clamp(rate, -0.5, kMaxStretch / (1 - kMaxStretch)));
    return;
  }
  behind_ = error > kBehind ? behind_ + 1 : 0;
  if (behind_ >= kBehindBuckets) return stood_still_for(error);
  if (!line) return;
  const bool is_exact =
      std::abs(line->slope) < kIgnoredSlope && std::chrono::abs(error) < kIgnoredError;
  const double rate = is_exact ? 0.0 : line->slope + seconds(error) / kSlewSeconds;
  map_.set_rate(newest_x_, std::clamp(rate, -kMaxSlew, kMaxSlew));
}

}  // namespace flu::media
