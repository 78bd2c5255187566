#include "libcommon/codec/video_clock.h"

#include <algorithm>

namespace flu::codec {
namespace {

// Taken for the length of a frame where neither the stream nor its timestamps say: 25 frames/s.
constexpr media::Ticks kAssumedFrame{3600};

// A longer distance between two pictures is a gap, not a picture's duration.
constexpr media::Ticks kMaxPicture{90'000};

// Reordering never delays a picture by more: 16 frames of one second.
constexpr media::Ticks kMaxReorder{16 * 90'000};

}  // namespace

void VideoClock::set_frame(media::Ticks duration, std::int64_t positions) {
  nominal_ = duration;
  positions_ = std::max<std::int64_t>(positions, 1);
}

media::Ticks VideoClock::frame() const {
  if (nominal_ > media::Ticks{0}) return nominal_;
  return last_delta_ > media::Ticks{0} ? last_delta_ : kAssumedFrame;
}

media::Timestamp VideoClock::derive_pts(media::Timestamp dts,
                                        const std::optional<PictureOrder>& order) const {
  if (!order) return dts;
  if (order->is_reset || !anchor_) return dts + reset_cts_;
  const media::Timestamp pts =
      anchor_->pts + frame() * (order->position - anchor_->position) / positions_;
  return pts - dts > kMaxReorder ? dts : pts;
}

std::optional<PictureTimes> VideoClock::stamp(const EsTimes& times,
                                              const std::optional<PictureOrder>& order,
                                              const EsTimes& next) {
  if (!times.pts && !times.dts && !last_end_) return std::nullopt;
  const std::optional<media::Timestamp> next_dts = next.dts ? next.dts : next.pts;
  PictureTimes out;
  if (times.dts || times.pts) {
    out.dts = times.dts ? *times.dts : *times.pts;
  } else {
    out.dts = *last_end_;
    // The rate said too little: the picture still stands between its neighbours.
    if (next_dts && last_dts_ && *last_dts_ < *next_dts && *next_dts <= out.dts) {
      out.dts = *last_dts_ + (*next_dts - *last_dts_) / 2;
    }
  }
  const media::Timestamp pts = times.pts ? *times.pts : derive_pts(out.dts, order);
  out.cts = std::max(pts - out.dts, media::Ticks{0});

  if (order && order->is_reset) {
    anchor_.reset();
    reset_cts_ = out.cts;
  }
  if (order && (times.pts || !anchor_)) anchor_ = Anchor{order->position, out.dts + out.cts};

  if (last_dts_ && times.dts) {
    const media::Ticks delta = out.dts - *last_dts_;
    if (delta > media::Ticks{0} && delta <= kMaxPicture) last_delta_ = delta;
  }
  const media::Ticks ahead = next_dts ? *next_dts - out.dts : media::Ticks{0};
  out.duration = ahead > media::Ticks{0} && ahead <= kMaxPicture ? ahead : frame();
  last_dts_ = out.dts;
  last_end_ = out.dts + out.duration;
  return out;
}

}  // namespace flu::codec
