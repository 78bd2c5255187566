#include "libcommon/segment/part_grid.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace flu::segment {
namespace {

constexpr double kTicksPerSecond = 90'000;
constexpr double kShortestPart = 29'700;  // 0.33 s
constexpr media::Ticks kUsualPart{30'000};
constexpr media::Ticks kLongestPart{90'000};

// In ticks, not rounded; 0 where unknown.
double frame_duration(const media::Track& track) {
  if (track.kind == media::TrackKind::kVideo && track.video.rate_num > 0) {
    return kTicksPerSecond * track.video.rate_den / track.video.rate_num;
  }
  if (track.kind == media::TrackKind::kAudio && track.audio.sample_rate > 0) {
    return kTicksPerSecond * track.audio.samples_per_frame / track.audio.sample_rate;
  }
  return 0;
}

}  // namespace

media::Ticks part_target(const media::Track& main, media::Ticks frame) {
  double duration = frame_duration(main);
  if (duration <= 0) duration = static_cast<double>(frame.count());
  if (duration <= 0) return kUsualPart;
  if (duration > static_cast<double>(kLongestPart.count())) return kLongestPart;
  return media::Ticks(std::llround(duration * std::ceil(kShortestPart / duration)));
}

std::size_t PartGrid::index_of(media::Timestamp time) const {
  if (time <= start_) return 0;
  return static_cast<std::size_t>((time - start_) / target_);
}

media::Timestamp PartGrid::end_of(std::size_t index) const {
  return start_ + target_ * static_cast<std::int64_t>(index + 1);
}

media::Ticks PartGrid::last_duration(std::size_t count, media::Ticks segment) const {
  const media::Ticks before = target_ * static_cast<std::int64_t>(count > 0 ? count - 1 : 0);
  return std::clamp(segment - before, media::Ticks(1), target_);
}

}  // namespace flu::segment
