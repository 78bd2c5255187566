#pragma once

#include <cstdint>
#include <optional>

#include "libcommon/media/time.h"

namespace flu::codec {

// Times of audio frames, counted in samples from a timestamp of the source, so that no rounding
// adds up: at 44.1 kHz frames of 1024 samples last 2089 and 2090 ticks.
class AudioClock {
 public:
  struct Times {
    media::Timestamp start{0};
    media::Ticks duration{0};
  };

  // `given` is the source's timestamp of this frame, where it has one. Within kJitter of what was
  // counted the count goes on, beyond it the count begins anew there. nullopt before the first
  // timestamp.
  std::optional<Times> stamp(std::optional<media::Timestamp> given, std::uint32_t samples,
                             std::uint32_t sample_rate);

  // Frames were lost: only a timestamp tells where the next one stands.
  void reset() { anchor_.reset(); }

  // 2 ms: timestamps of muxers that count in milliseconds stay below it.
  static constexpr media::Ticks kJitter{180};

 private:
  [[nodiscard]] media::Timestamp at(std::uint64_t samples) const;

  std::optional<media::Timestamp> anchor_;
  std::uint64_t samples_ = 0;  // since the anchor
  std::uint32_t sample_rate_ = 0;
};

}  // namespace flu::codec
