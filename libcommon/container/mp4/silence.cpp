#include "libcommon/container/mp4/silence.h"

#include <algorithm>
#include <span>
#include <utility>

#include "libcommon/codec/aac_silence.h"
#include "libcommon/container/mp4/limits.h"

namespace flu::container {
namespace {

using media::Ticks;
using media::Timestamp;

constexpr std::int64_t kTicksPerSecond = 90'000;

// How long `count` frames are.
Ticks length_of(const media::AudioFormat& audio, std::int64_t count) {
  return Ticks(count * audio.samples_per_frame * kTicksPerSecond / audio.sample_rate);
}

bool has_hole(const std::vector<SampleEntry>& samples, const Stretch& time, Ticks frame) {
  Timestamp done = time.start;
  for (const SampleEntry& sample : samples) {
    if (sample.dts > done + frame) return true;
    done = std::max(sample.dts + frame, time.start);
  }
  return time.end > done + frame;
}

// Sound that came too late for its segment, and a hole behind it: players have silence there by
// now.
std::size_t count_late(const std::vector<SampleEntry>& samples, Timestamp start, Ticks frame) {
  for (std::size_t i = samples.size(); i > 0; --i) {
    const Timestamp done = samples[i - 1].dts + frame;
    const bool is_before_hole = i == samples.size() || samples[i].dts > done + frame;
    if (done < start && is_before_hole) return i;
  }
  return 0;
}

class Filler {
 public:
  Filler(const media::AudioFormat& audio, std::uint32_t size, std::size_t count)
      : audio_(&audio), size_(size) {
    out_.reserve(count);
  }

  void add(const SampleEntry& sample) {
    lead_to(sample.dts);
    out_.push_back(sample);
  }

  // Silence behind `done`, before `next`.
  void fill(Timestamp done, Timestamp next) {
    for (std::int64_t i = 1; count_ < kMaxSilentFrames; ++i) {
      const Timestamp at = done + length_of(*audio_, i);
      if (at >= next) return;
      lead_to(at);
      const Ticks length = done + length_of(*audio_, i + 1) - at;
      out_.push_back({at, Ticks(0), length, media::Sap::kClosed, kSilenceOffset, size_});
      ++count_;
    }
  }

  // The last one, where what it said of the next segment's first is near.
  void lead_to_next_segment(Timestamp told) {
    SampleEntry& last = out_.back();
    const bool is_near = told > last.dts && told - last.dts <= 2 * last.duration;
    if (last.offset == kSilenceOffset && is_near) last.duration = told - last.dts;
  }

  [[nodiscard]] std::uint64_t bytes() const { return count_ * size_; }
  std::vector<SampleEntry> take() { return std::move(out_); }

 private:
  void lead_to(Timestamp next) {
    if (!out_.empty()) out_.back().duration = next - out_.back().dts;
  }

  const media::AudioFormat* audio_;
  std::uint32_t size_;
  std::uint64_t count_ = 0;
  std::vector<SampleEntry> out_;
};

}  // namespace

Buffer fill_with_silence(const media::Track& track, const Stretch& time, SegmentTrack& samples) {
  const bool is_known = track.codec == media::CodecId::kAac && track.audio.sample_rate > 0 &&
                        track.audio.samples_per_frame > 0;
  if (!is_known) return {};
  const Ticks frame = length_of(track.audio, 1);
  if (frame.count() == 0 || !has_hole(samples.samples, time, frame)) return {};
  auto silence = codec::silent_aac_frame(track.config);
  if (!silence) return {};
  Filler filler(track.audio, static_cast<std::uint32_t>(silence->size()), samples.samples.size());
  Timestamp done = time.start;
  const std::size_t late = count_late(samples.samples, time.start, frame);
  for (const SampleEntry& sample : std::span(samples.samples).subspan(late)) {
    filler.fill(done, sample.dts);
    filler.add(sample);
    done = std::max(sample.dts + frame, time.start);
  }
  const Timestamp told =
      samples.samples.empty() ? done : samples.samples.back().dts + samples.samples.back().duration;
  filler.fill(done, time.end);
  if (filler.bytes() == 0 && late == 0) return {};
  filler.lead_to_next_segment(told);
  for (std::size_t i = 0; i < late; ++i) samples.bytes -= samples.samples[i].size;
  samples.bytes += filler.bytes();
  samples.samples = filler.take();
  return std::move(*silence);
}

}  // namespace flu::container
