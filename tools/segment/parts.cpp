#include "tools/segment/parts.h"

#include <algorithm>

#include "tools/segment/limits.h"

namespace flu::hub {

void Parts::set_tracks(const media::Tracks& tracks, std::uint32_t main_id) {
  main_ = {};
  if (const media::Track* const main = media::find_track(tracks, main_id)) main_ = *main;
  others_.clear();
  for (const media::Track& track : tracks) {
    // Nobody waits for subtitles, which come when they come.
    if (track.id == main_id || track.kind == media::TrackKind::kSubtitle) continue;
    others_.push_back({track.id, {}});
  }
}

void Parts::begin(const SegmentStart& start, const Run& first, std::uint64_t offset) {
  if (target_.count() == 0) target_ = segment::part_target(main_, first.samples.front().duration);
  grid_.emplace(start.time, target_);
  ahead_.clear();
  saps_.clear();
  current_.clear();
  part_ = {};
  part_.type = segment::RecordType::kPart;
  part_.seq = start.seq;
  part_.disc_seq = start.disc_seq;
  part_.flags = start.flags;
  part_.init_hash = start.init_hash;
  part_.start = start.time;
  part_.duration = static_cast<std::uint32_t>(target_.count());
  part_.offset = offset;
  // What begins with a stream may begin a little before its first picture.
  part_.key_relative = has_begun_ ? 0 : static_cast<std::uint32_t>(kMaxLead.count());
  has_begun_ = true;
  for (Other& other : others_) {
    if (!other.last_dts) other.last_dts = first.samples.front().dts;
  }
  add(first);
}

void Parts::stop() {
  for (Other& other : others_) other.last_dts.reset();
  grid_.reset();
  current_.clear();
}

void Parts::add(const Run& run) {
  if (!grid_) return;
  if (run.track_id != main_.id) {
    for (Other& other : others_) {
      if (other.id == run.track_id) other.last_dts = run.samples.back().dts;
    }
    return;
  }
  main_dts_ = run.samples.back().dts;
  const media::Timestamp end = grid_->end_of(current_.size());
  for (const container::SampleEntry& sample : run.samples) {
    const media::Timestamp pts = sample.dts + sample.cts;
    if (pts >= end) ahead_.push_back(pts);
    const std::size_t index = grid_->index_of(pts);
    if (index >= saps_.size()) saps_.resize(index + 1, media::Sap::kNone);
    if (saps_[index] == media::Sap::kNone) saps_[index] = sample.sap;
  }
}

// One that has not come for so long is silent.
bool Parts::is_awaited(const Other& other, media::Timestamp end) const {
  return other.last_dts && *other.last_dts < end && *other.last_dts + kMaxInterleave >= main_dts_;
}

std::optional<segment::IndexRecord> Parts::take(std::uint64_t end) {
  if (!grid_) return std::nullopt;
  const std::size_t index = current_.size();
  const media::Timestamp until = grid_->end_of(index);
  // No frame that comes is shown before it is decoded.
  const auto next = std::min_element(ahead_.begin(), ahead_.end());
  if (next == ahead_.end() || main_dts_ < *next) return std::nullopt;
  if (std::any_of(others_.begin(), others_.end(),
                  [&](const Other& other) { return is_awaited(other, until); })) {
    return std::nullopt;
  }
  part_.blob = static_cast<std::uint16_t>(index);
  part_.sap = static_cast<std::uint8_t>(saps_.at(index));
  part_.size = static_cast<std::uint32_t>(end - part_.offset);
  current_.push_back(part_);
  part_.offset = end;
  const media::Timestamp next_end = grid_->end_of(index + 1);
  std::erase_if(ahead_, [&](media::Timestamp pts) { return pts < next_end; });
  return current_.back();
}

}  // namespace flu::hub
