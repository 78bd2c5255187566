#include "libcommon/codec/audio_clock.h"

namespace flu::codec {

media::Timestamp AudioClock::at(std::uint64_t samples) const {
  return *anchor_ + media::Ticks{static_cast<std::int64_t>(samples * 90'000 / sample_rate_)};
}

std::optional<AudioClock::Times> AudioClock::stamp(std::optional<media::Timestamp> given,
                                                   std::uint32_t samples,
                                                   std::uint32_t sample_rate) {
  if (sample_rate == 0) return std::nullopt;
  if (anchor_ && sample_rate != sample_rate_) {
    anchor_ = at(samples_);
    samples_ = 0;
  }
  sample_rate_ = sample_rate;
  if (given && (!anchor_ || *given - at(samples_) > kJitter || at(samples_) - *given > kJitter)) {
    anchor_ = given;
    samples_ = 0;
  }
  if (!anchor_) return std::nullopt;
  Times times;
  times.start = at(samples_);
  samples_ += samples;
  times.duration = at(samples_) - times.start;
  // A whole second of samples is a whole number of ticks: the count stays small for ever.
  if (samples_ >= sample_rate_) {
    *anchor_ += media::Ticks{90'000};
    samples_ -= sample_rate_;
  }
  return times;
}

}  // namespace flu::codec
