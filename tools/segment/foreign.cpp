// Tested by tests/e2e/segment/inputs-ffprobe.sh
#include "tools/segment/foreign.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "tools/segment/limits.h"

namespace flu::hub {

ForeignStream::ForeignStream(const container::StreamHead& head)
    : timeline_(media::Pacing::kFree), writer_(head, sink_) {}

Result<void> ForeignStream::add(media::Unit unit, const media::Arrival& arrival) {
  link::FragmentContext context;
  context.arrival = arrival.wall;
  if (const auto* changed = std::get_if<media::TracksChanged>(&unit)) tracks_ = changed->tracks;
  if (auto* sample = std::get_if<media::Sample>(&unit)) {
    const media::Track* const track = media::find_track(tracks_, sample->track_id);
    sample->is_sparse = track != nullptr && media::is_text(*track);
    const media::Timeline::Mapped mapped = timeline_.retime(*sample, arrival);
    if (mapped.is_dropped) return {};
    context.is_clock_unsure = mapped.is_clock_unsure;
    for (media::Event& early : std::exchange(early_events_, {})) {
      FLU_TRY(add(std::move(early), arrival));
    }
    if (mapped.is_discontinuity) {
      FLU_TRY(writer_.write(media::Discontinuity{mapped.reason}, context));
    }
  } else if (auto* event = std::get_if<media::Event>(&unit)) {
    const auto time = timeline_.to_utc(event->time);
    if (!time) {
      if (early_events_.size() < kMaxWaitingEvents) early_events_.push_back(std::move(*event));
      return {};
    }
    event->time = *time;
  } else if (const auto* broken = std::get_if<media::Discontinuity>(&unit)) {
    early_events_.clear();
    timeline_.restart(broken->reason);
    return {};
  }
  return writer_.write(std::move(unit), context);
}

void MoofSorter::add(const container::Fragment& fragment) {
  moof_sequence_ = fragment.moof_sequence;
  for (const container::SampleEntry& entry : fragment.samples) {
    media::Sample sample;
    sample.track_id = fragment.track_id;
    sample.dts = entry.dts;
    sample.cts = entry.cts;
    sample.duration = entry.duration;
    sample.sap = entry.sap;
    const Bytes bytes = fragment.payload.subspan(entry.offset, entry.size);
    sample.data.assign(bytes.begin(), bytes.end());
    samples_.push_back(std::move(sample));
  }
}

std::vector<media::Sample> MoofSorter::take() {
  std::stable_sort(samples_.begin(), samples_.end(),
                   [](const media::Sample& a, const media::Sample& b) { return a.dts < b.dts; });
  return std::exchange(samples_, {});
}

}  // namespace flu::hub
