// Tested by tests/unit/hub/live_stream_test.cpp
#include "tools/segment/run.h"

#include <cstddef>

namespace flu::hub {

media::Ticks Run::duration() const {
  media::Ticks sum{0};
  for (const auto& sample : samples) sum += sample.duration;
  return sum;
}

Run first_run(std::span<const container::SampleEntry> samples, Bytes payload, bool is_video) {
  const std::uint32_t begin = samples.front().offset;
  std::uint32_t end = begin + samples.front().size;
  std::size_t count = 1;
  while (count < samples.size() && samples[count].offset == end &&
         !(is_video && samples[count].sap != media::Sap::kNone)) {
    end += samples[count++].size;
  }
  Run run;
  run.samples = samples.first(count);
  run.payload = payload.subspan(begin, end - begin);
  return run;
}

}  // namespace flu::hub
