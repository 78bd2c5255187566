#include "tools/ingest/key_gate.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "tools/ingest/limits.h"

namespace flu::ingest {

void KeyGate::push(Units& units, const media::Arrival& arrival, MonotonicTime not_before) {
  std::optional<media::Timestamp> newest;
  for (const media::Unit& unit : units) {
    if (const auto* sample = std::get_if<media::Sample>(&unit)) {
      newest = std::max(newest.value_or(sample->dts), sample->dts);
    }
  }
  bool is_chosen = false;
  for (media::Unit& unit : units) {
    if (auto* change = std::get_if<media::TracksChanged>(&unit)) {
      forget();  // what follows belongs to other tracks
      const media::Track* main = media::main_track(change->tracks);
      main_id_ = main != nullptr ? main->id : 0;
      tracks_ = std::move(*change);
      continue;
    }
    const auto* sample = std::get_if<media::Sample>(&unit);
    if (sample != nullptr && sample->track_id == main_id_ && sample->is_key() && !is_chosen) {
      begin(*sample, arrival);
      is_chosen = not_before == MonotonicTime::min() ||
                  arrival.monotonic - (*newest - sample->dts) >= not_before;
    }
    keep(std::move(unit));
  }
  units.clear();
}

// Of what came before, the other tracks' samples from the key frame's time on belong to it.
void KeyGate::begin(const media::Sample& key, const media::Arrival& arrival) {
  std::erase_if(kept_, [&](const media::Unit& unit) {
    const auto* sample = std::get_if<media::Sample>(&unit);
    return sample == nullptr || sample->track_id == main_id_ || sample->dts < key.dts;
  });
  bytes_ = 0;
  for (const media::Unit& unit : kept_) bytes_ += std::get<media::Sample>(unit).data.size();
  key_arrival_ = arrival.monotonic;
}

void KeyGate::keep(media::Unit unit) {
  if (!tracks_) return;
  if (const auto* sample = std::get_if<media::Sample>(&unit)) {
    if (sample->track_id == main_id_ && !has_key()) return;
    bytes_ += sample->data.size();
  }
  kept_.push_back(std::move(unit));
  if (bytes_ > kMaxGateBytes || kept_.size() > kMaxGateUnits) forget();
}

void KeyGate::forget() {
  kept_.clear();
  bytes_ = 0;
  key_arrival_.reset();
}

Units KeyGate::take() {
  Units out;
  out.reserve(kept_.size() + 1);
  out.emplace_back(*tracks_);
  std::move(kept_.begin(), kept_.end(), std::back_inserter(out));
  forget();
  return out;
}

}  // namespace flu::ingest
