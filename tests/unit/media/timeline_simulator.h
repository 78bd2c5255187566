#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "libcommon/media/timeline.h"

namespace flu::media {

// A camera: video at 25 frames as track 1, audio as track 2 muxed 300 ms later, its clock `pace`
// times as fast as ours, its network delaying by up to `jitter`.
class Simulator {
 public:
  static constexpr std::int64_t kFrame = 3600;
  static constexpr WallTime kWall{std::chrono::seconds(1'763'795'000)};
  static constexpr MonotonicTime kMono{std::chrono::seconds(5000)};

  explicit Simulator(Pacing pacing) : timeline(pacing) {}

  struct Out {
    std::uint32_t track = 0;
    Timestamp source{0};  // without `offset`: what the camera meant
    Timestamp utc{0};
    Timestamp arrival{0};  // in UTC
    Ticks duration{0};
    bool is_discontinuity = false;
    bool is_clock_unsure = false;
  };

  Timeline timeline;
  std::int64_t offset = 1'000'000;  // of the source's timestamps
  double pace = 1.0;
  std::chrono::microseconds jitter{0};
  std::chrono::microseconds wall_step{0};
  std::chrono::nanoseconds pause{0};  // the camera stood still so long
  std::vector<Out> out;
  unsigned dropped = 0;
  std::vector<std::string> reasons;

  void run_seconds(double seconds) {
    const auto frames = static_cast<std::int64_t>(seconds * 25 * pace);
    for (std::int64_t i = 0; i < frames; ++i) frame();
  }

  void frame() {
    const Timestamp video(index_ * kFrame);
    send(1, video);
    send(2, video - Ticks(27'000));
    skip(1);
  }

  void skip(std::int64_t frames) {
    index_ += frames;
    sent_ += static_cast<double>(frames * kFrame) / 90'000 / pace;
  }

  [[nodiscard]] Timestamp last(std::uint32_t track) const { return last_.at(track); }

 private:
  void send(std::uint32_t track, Timestamp source) {
    noise_ = noise_ * 1'103'515'245 + 12'345;
    const auto delay = jitter * static_cast<std::int64_t>((noise_ >> 16) % 1000) / 1000;
    const auto at =
        std::chrono::nanoseconds(static_cast<std::int64_t>(sent_ * 1e9)) + delay + pause;
    const Arrival arrival{kMono + at,
                          kWall + std::chrono::floor<std::chrono::microseconds>(at) + wall_step};
    const auto mapped = timeline.map(track, source + Ticks(offset), Ticks(kFrame), arrival);
    if (mapped.is_dropped) {
      ++dropped;
      return;
    }
    out.push_back({track, source, mapped.dts,
                   to_timestamp(kWall + std::chrono::floor<std::chrono::microseconds>(at)),
                   mapped.duration, mapped.is_discontinuity, mapped.is_clock_unsure});
    if (mapped.is_discontinuity) reasons.push_back(mapped.reason);
    last_[track] = mapped.dts;
  }

  std::int64_t index_ = 0;
  double sent_ = 0;  // seconds
  std::uint32_t noise_ = 1;
  std::map<std::uint32_t, Timestamp> last_;
};

}  // namespace flu::media
