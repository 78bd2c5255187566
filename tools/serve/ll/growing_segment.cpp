#include "tools/serve/ll/growing_segment.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace flu::serve {

GrowingSegment::GrowingSegment(const segment::IndexRecord& part) : record_(part) {
  record_.flags &= segment::kDiscont;
}

Result<void> GrowingSegment::feed(Bytes bytes) {
  reader_.feed(bytes);
  fed_ += bytes.size();
  while (true) {
    FLU_TRY_ASSIGN(std::optional<container::StreamUnit> unit, reader_.next());
    if (!unit) return {};
    FLU_TRY(add(std::move(*unit)));
  }
}

Result<void> GrowingSegment::add(container::StreamUnit unit) {
  if (const auto* changed = std::get_if<media::TracksChanged>(&unit)) {
    tracks_ = changed->tracks;
    const media::Track* const main = media::main_track(tracks_);
    main_id_ = main == nullptr ? 0 : main->id;
    for (const media::Track& track : tracks_) {
      const bool is_known = std::any_of(states_.begin(), states_.end(), [&](const auto& state) {
        return state.track.track_id == track.id;
      });
      if (!is_known) states_.push_back({{track.id, {}, 0}, track.id == main_id_});
    }
  }
  if (const auto* fragment = std::get_if<container::Fragment>(&unit)) {
    return add_fragment(*fragment);
  }
  return {};
}

Result<void> GrowingSegment::add_fragment(const container::Fragment& fragment) {
  if (fragment.samples.empty()) return {};  // a primer
  if (!has_cut_) {
    const bool is_cut = fragment.info && (fragment.info->flags & container::kCut) != 0;
    if (!is_cut || fragment.info->seq != record_.seq) {
      return fail(ErrorCode::kNotFound,
                  fmt::format("cur.mp4 is not that of segment {}", record_.seq));
    }
    has_cut_ = true;
  }
  const auto state = std::find_if(states_.begin(), states_.end(), [&](const auto& candidate) {
    return candidate.track.track_id == fragment.track_id;
  });
  if (state == states_.end()) return {};
  // A fragment's payload ends with its mdat.
  const std::uint64_t at = reader_.position() - fragment.payload.size();
  for (container::SampleEntry sample : fragment.samples) {
    if (!state->has_begun && !belongs(*state, sample)) continue;
    // The copies of early sound are there once more where the hub before this one was killed.
    auto& samples = state->track.samples;
    if (!samples.empty() && sample.dts <= samples.back().dts) continue;
    state->has_begun = true;
    sample.offset += static_cast<std::uint32_t>(at);
    state->track.bytes += sample.size;
    samples.push_back(sample);
  }
  return {};
}

// What comes late of the segment before stands in this file, too (the hub's Assembler).
bool GrowingSegment::belongs(const TrackState& state, const container::SampleEntry& sample) const {
  const media::Timestamp pts = sample.dts + sample.cts;
  if (pts + media::Ticks(record_.key_relative) >= record_.start) return true;
  const media::Track* const track = media::find_track(tracks_, state.track.track_id);
  return track != nullptr && track->kind == media::TrackKind::kVideo &&
         sample.sap != media::Sap::kNone && record_.start - pts <= sample.duration / 2;
}

void GrowingSegment::tell(const segment::IndexRecord& part) {
  told_ = std::size_t{part.blob} + 1;
  info_ = parts().info(tracks_);
}

SegmentParts GrowingSegment::parts() const {
  std::vector<container::SegmentTrack> samples;
  samples.reserve(states_.size());
  container::Stretch time{record_.start, record_.start};
  for (const TrackState& state : states_) {
    samples.push_back(state.track);
    const bool is_main = state.track.track_id == main_id_ && !state.track.samples.empty();
    if (is_main) time.end = state.track.samples.back().dts;
  }
  return {record_.seq, time, part_target(), tracks_, std::move(samples)};
}

}  // namespace flu::serve
