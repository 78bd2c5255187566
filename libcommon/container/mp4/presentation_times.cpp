#include "libcommon/container/mp4/presentation_times.h"

#include <algorithm>

namespace flu::container {

bool set_presentation_times(std::vector<SampleEntry>& samples) {
  const bool is_needed = std::any_of(samples.begin(), samples.end(),
                                     [](const auto& sample) { return sample.cts.count() != 0; });
  if (!is_needed) return false;
  std::vector<media::Timestamp> shown;
  shown.reserve(samples.size());
  media::Ticks length{0};
  for (const SampleEntry& sample : samples) {
    shown.push_back(sample.dts + sample.cts);
    length += sample.duration;
  }
  std::sort(shown.begin(), shown.end());
  // The next segment begins as much later as its first sample is decoded later.
  media::Timestamp end = shown.front() + length;
  if (end <= shown.back()) end = shown.back() + samples.back().duration;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    SampleEntry& sample = samples[i];
    sample.cts = sample.dts + sample.cts - shown[i];
    sample.dts = shown[i];
    sample.duration = (i + 1 < samples.size() ? shown[i + 1] : end) - shown[i];
  }
  return true;
}

}  // namespace flu::container
