#include "libcommon/link/interleaver.h"

#include <algorithm>
#include <utility>

#include "libcommon/link/limits.h"

namespace flu::link {

void Interleaver::set_tracks(const media::Tracks& tracks) {
  states_.clear();
  for (const media::Track& track : tracks) {
    if (track.kind != media::TrackKind::kSubtitle) states_[track.id] = {};
  }
}

bool Interleaver::is_due(media::Timestamp dts) const {
  return dts - slowest_ <= kInterleave;
}

bool Interleaver::is_awaited(const TrackState& state, media::Timestamp fastest) {
  return state.newest && fastest - state.came <= kInterleaveWait &&
         fastest - *state.newest <= kInterleaveMost;
}

bool Interleaver::admit(const media::Sample& sample) {
  const auto found = states_.find(sample.track_id);
  if (found == states_.end()) return true;
  found->second.newest = sample.dts;
  media::Timestamp fastest = sample.dts;
  for (const auto& [id, state] : states_) {
    if (state.newest) fastest = std::max(fastest, *state.newest);
  }
  found->second.came = fastest;
  slowest_ = fastest;
  for (const auto& [id, state] : states_) {
    if (is_awaited(state, fastest)) slowest_ = std::min(slowest_, *state.newest);
  }
  return found->second.held.empty() && is_due(sample.dts);
}

void Interleaver::hold(media::Sample sample, const FragmentContext& context) {
  held_bytes_ += sample.data.size();
  TrackState& state = states_[sample.track_id];
  state.held.push_back({std::move(sample), context});
}

std::optional<Interleaver::Held> Interleaver::next(bool all) {
  TrackState* first = nullptr;
  for (auto& [id, state] : states_) {
    if (state.held.empty()) continue;
    if (first == nullptr || state.held.front().sample.dts < first->held.front().sample.dts) {
      first = &state;
    }
  }
  if (first == nullptr) return std::nullopt;
  const bool may_wait = !all && held_bytes_ <= kInterleaveBytes;
  if (may_wait && !is_due(first->held.front().sample.dts)) return std::nullopt;
  Held held = std::move(first->held.front());
  first->held.pop_front();
  held_bytes_ -= held.sample.data.size();
  return held;
}

}  // namespace flu::link
