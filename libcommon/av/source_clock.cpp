#include "libcommon/av/source_clock.h"

extern "C" {
#include <libavutil/mathematics.h>
}

namespace flu::av {
namespace {

constexpr std::int64_t kTicks = 90'000;
constexpr unsigned kNoWrap = 63;

bool is_in_range(media::Timestamp time) {
  return time >= -SourceClock::kOffset && time < media::kMaxUtc - SourceClock::kOffset;
}

}  // namespace

media::Ticks SourceClock::to_ticks(std::int64_t count, const TimeScale& scale) {
  if (scale.num <= 0 || scale.den <= 0) return media::Ticks{0};
  return media::Ticks{av_rescale_q(count,
                                   {static_cast<int>(scale.num), static_cast<int>(scale.den)},
                                   {1, static_cast<int>(kTicks)})};
}

std::optional<media::Timestamp> SourceClock::unwrap(std::int64_t count, const TimeScale& scale,
                                                    std::optional<media::Timestamp> near) const {
  if (near && scale.bits < kNoWrap && scale.num > 0 && scale.den > 0) {
    const std::int64_t at =
        av_rescale_q(near->count(), {1, static_cast<int>(kTicks)},
                     {static_cast<int>(scale.num), static_cast<int>(scale.den)});
    // The nearest of all counts that look like this one.
    const std::uint64_t span = std::uint64_t{1} << scale.bits;
    const std::uint64_t ahead =
        (static_cast<std::uint64_t>(count) - static_cast<std::uint64_t>(at)) & (span - 1);
    const std::int64_t step =
        ahead < span / 2 ? static_cast<std::int64_t>(ahead)
                         : static_cast<std::int64_t>(ahead) - static_cast<std::int64_t>(span);
    const media::Timestamp time = to_ticks(at + step, scale);
    if (is_in_range(time)) return time;
  }
  const media::Timestamp time = to_ticks(count, scale);
  if (!is_in_range(time)) return std::nullopt;
  return time;
}

codec::EsTimes SourceClock::stamp(const std::optional<std::int64_t>& pts,
                                  const std::optional<std::int64_t>& dts, const TimeScale& scale) {
  codec::EsTimes out;
  if (dts) {
    out.dts = unwrap(*dts, scale, newest_);
    if (out.dts) newest_ = out.dts;
  }
  if (pts) {
    out.pts = unwrap(*pts, scale, newest_);
    if (out.pts && !out.dts) newest_ = out.pts;
  }
  if (out.dts) *out.dts += kOffset;
  if (out.pts) *out.pts += kOffset;
  return out;
}

}  // namespace flu::av
