#include "tools/ingest/burst_gate.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <utility>
#include <variant>

namespace flu::ingest {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr media::Ticks kJump{900'000};  // 10 s: timestamps begin anew
constexpr int kForgivenFraction = 50;   // a source may be fast by 2 %: its clock is off

nanoseconds to_time(media::Ticks ticks) {
  return std::chrono::duration_cast<nanoseconds>(ticks);
}

}  // namespace

void BurstGate::add(Units& units, MonotonicTime now) {
  if (!is_open_) burst_.add(units, {now, {}});
  for (const media::Unit& unit : units) {
    const auto* sample = std::get_if<media::Sample>(&unit);
    if (sample == nullptr || sample->is_sparse) continue;
    note(*sample, now);
    if (!is_open_) held_bytes_ += sample->data.size();
  }
  held_.insert(held_.end(), std::make_move_iterator(units.begin()),
               std::make_move_iterator(units.end()));
  units.clear();
}

void BurstGate::note(const media::Sample& sample, MonotonicTime now) {
  if (!track_) {
    track_ = sample.track_id;
    newest_ = first_ = sample.dts;
    since_ = now;
  }
  if (sample.track_id != *track_) return;
  if (std::chrono::abs(sample.dts - newest_) > kJump) {
    // Where it goes on from is as good as where it was.
    reference_ += sample.dts - newest_;
    first_ += sample.dts - newest_;
    newest_ = sample.dts;
  }
  newest_ = std::max(newest_, sample.dts);
}

Units BurstGate::take(MonotonicTime now, bool is_end) {
  if (!is_open_) {
    burst_.add({}, {now, {}});
    const bool is_full = held_bytes_ >= kMaxBytes || newest_ - first_ >= kMaxMedia;
    if (!track_ || !(is_end || is_full || burst_.is_over())) return {};
    is_open_ = true;
    reference_ = newest_;
    reference_time_ = now;
  }
  return std::exchange(held_, {});
}

std::optional<MonotonicTime> BurstGate::deadline(MonotonicTime now) const {
  if (is_open_ || !track_) return std::nullopt;
  return now + kLook;
}

milliseconds BurstGate::pause(MonotonicTime now) {
  if (!is_open_) return milliseconds(0);
  const auto elapsed = now - reference_time_;
  const auto ahead = to_time(newest_ - reference_) - elapsed;
  if (ahead > kMaxAhead) {
    is_file_ = true;
    return std::chrono::duration_cast<milliseconds>(ahead - kMaxAhead) + milliseconds(100);
  }
  // Late is no debt, and a fast clock no file.
  const auto forgiven = std::min<nanoseconds>(ahead, elapsed / kForgivenFraction);
  if (elapsed >= std::chrono::seconds(1)) {
    reference_ += std::chrono::floor<media::Ticks>(elapsed + forgiven);
    reference_time_ = now;
  }
  return milliseconds(0);
}

milliseconds BurstGate::unplayed(MonotonicTime now) const {
  const auto left = to_time(newest_ - first_) - (now - since_);
  return std::max(milliseconds(0), std::chrono::duration_cast<milliseconds>(left));
}

}  // namespace flu::ingest
