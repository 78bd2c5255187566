#include "libcommon/av/decode_times.h"

#include <algorithm>
#include <utility>

#include "libcommon/av/limits.h"

namespace flu::av {
namespace {

using media::Ticks;
using media::Timestamp;

constexpr Ticks kAssumedFrame{3600};
// A step back by more is no matter of order: the timeline broke.
constexpr Ticks kBreak = std::chrono::seconds(10);
constexpr Ticks kStepBack = std::chrono::seconds(1);

}  // namespace

void DecodeTimes::push(media::Sample sample, bool has_dts) {
  if (has_dts) return shift(std::move(sample));
  if ((has_begun_ || !waiting_.empty()) && is_far(sample.pts())) {
    finish();
    last_.reset();
  }
  order(std::move(sample));
}

std::optional<media::Sample> DecodeTimes::next() {
  if (ready_.empty()) return std::nullopt;
  media::Sample sample = std::move(ready_.front());
  ready_.pop_front();
  return sample;
}

bool DecodeTimes::is_far(Timestamp pts) const {
  return std::chrono::abs(pts - newest_) > kBreak;
}

// Two frames at the same time, as clocks in milliseconds give, are kept apart.
void DecodeTimes::give(media::Sample sample, Timestamp dts) {
  const Timestamp pts = sample.pts();
  if (last_ && dts <= *last_ && dts > *last_ - kStepBack) dts = *last_ + Ticks{1};
  sample.cts = std::max(pts - dts, Ticks{0});
  sample.dts = dts;
  last_ = dts;
  ready_.push_back(std::move(sample));
}

void DecodeTimes::shift(media::Sample sample) {
  shift_ = std::max(shift_, std::min(-sample.cts, kBreak));
  const Timestamp dts = sample.dts - shift_;
  give(std::move(sample), dts);
}

void DecodeTimes::order(media::Sample sample) {
  newest_ = has_begun_ || !waiting_.empty() ? std::max(newest_, sample.pts()) : sample.pts();
  if (!has_begun_) {
    waiting_.push_back(std::move(sample));
    if (waiting_.size() >= lookahead_) begin();
    return;
  }
  learn(sample.pts());
  times_.push(sample.pts());
  // Of a source whose order was not known from the start.
  while (!times_.empty() && last_ && times_.top() <= *last_) times_.pop();
  Timestamp dts = last_ ? *last_ + Ticks{1} : sample.pts();
  if (times_.size() > depth_) {
    dts = times_.top();
    times_.pop();
  }
  give(std::move(sample), dts);
}

// A picture is behind as many others as were decoded before it and are shown after it.
void DecodeTimes::learn(Timestamp pts) {
  const auto later =
      std::count_if(recent_.begin(), recent_.end(), [&](Timestamp before) { return before > pts; });
  depth_ = std::max(depth_, static_cast<std::size_t>(later));
  recent_.push_back(pts);
  if (recent_.size() > kMaxReorder) recent_.pop_front();
}

// The first pictures, which have no earlier presentation times to take, count back from the first.
void DecodeTimes::begin() {
  has_begun_ = true;
  const auto by_pts = [](const media::Sample& a, const media::Sample& b) {
    return a.pts() < b.pts();
  };
  const auto [first, last] = std::minmax_element(waiting_.begin(), waiting_.end(), by_pts);
  for (const media::Sample& sample : waiting_) learn(sample.pts());
  const auto steps = static_cast<std::int64_t>(waiting_.size()) - 1;
  Ticks frame = steps > 0 ? (last->pts() - first->pts()) / steps : Ticks{0};
  if (frame <= Ticks{0}) frame = kAssumedFrame;
  const Timestamp start = first->pts();
  recent_.clear();
  for (std::size_t i = 0; i < depth_ && !waiting_.empty(); ++i) {
    media::Sample sample = std::move(waiting_.front());
    waiting_.pop_front();
    learn(sample.pts());
    times_.push(sample.pts());
    give(std::move(sample), start - frame * static_cast<std::int64_t>(depth_ - i));
  }
  for (media::Sample& sample : std::exchange(waiting_, {})) order(std::move(sample));
}

void DecodeTimes::finish() {
  if (!waiting_.empty()) begin();
  has_begun_ = false;
  times_ = {};
  recent_.clear();
}

}  // namespace flu::av
