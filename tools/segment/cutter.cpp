#include "tools/segment/cutter.h"

#include <algorithm>

#include "tools/segment/limits.h"

namespace flu::hub {
namespace {

std::uint32_t whole_seconds(media::Ticks ticks) {
  return static_cast<std::uint32_t>(std::chrono::ceil<std::chrono::seconds>(ticks).count());
}

}  // namespace

bool Cutter::expects_idr(const MainFrame& frame) const {
  const media::Timestamp latest = start_ + target_ * 3 / 2;
  if (frame.pts >= latest || !last_idr_) return false;
  // Without a distance yet, one may still come while less than 1.5 targets went by since the last.
  if (!idr_distance_) return frame.pts - *last_idr_ < target_ * 3 / 2;
  const media::Timestamp next = *last_idr_ + *idr_distance_;
  return next > frame.pts && next <= latest + frame.duration / 2;
}

Cut Cutter::decide(const MainFrame& frame, std::uint64_t bytes, std::size_t samples) const {
  // Half a frame of tolerance, since timestamps are rounded: 3.9999 s of 4 are the target.
  const bool has_length = frame.pts - start_ + frame.duration / 2 >= target_;
  if (has_length && (frame.sap == media::Sap::kClosed ||
                     (frame.sap == media::Sap::kOpen && !expects_idr(frame)))) {
    return Cut::kKey;
  }
  const media::Ticks longest = std::max(kMaxSegmentDuration, target_ * 3 / 2);
  const bool must =
      frame.pts - start_ >= longest || bytes > kMaxSegmentBytes || samples > kMaxSegmentSamples;
  return must ? Cut::kForced : Cut::kNone;
}

void Cutter::add(const MainFrame& frame, bool begins_segment) {
  if (begins_segment) start_ = frame.pts;
  if (frame.sap == media::Sap::kNone) return;
  if (last_key_) longest_gop_ = std::max(longest_gop_, frame.pts - *last_key_);
  last_key_ = frame.pts;
  if (frame.sap != media::Sap::kClosed) return;
  if (last_idr_) idr_distance_ = frame.pts - *last_idr_;
  last_idr_ = frame.pts;
}

void Cutter::restart() {
  last_key_.reset();
  last_idr_.reset();
  idr_distance_.reset();
}

std::uint32_t Cutter::target_duration() const {
  const std::uint32_t usual = whole_seconds(target_ * 5 / 4);
  if (longest_gop_.count() <= 0) return usual;
  const auto gops = (target_ + longest_gop_ - media::Ticks(1)) / longest_gop_;
  return std::max(usual, whole_seconds(longest_gop_ * gops));
}

}  // namespace flu::hub
