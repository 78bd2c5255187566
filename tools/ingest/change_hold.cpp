#include "tools/ingest/change_hold.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>

#include "tools/ingest/limits.h"

namespace flu::ingest {
namespace {

bool is_av(const media::Track& track) {
  return track.kind != media::TrackKind::kSubtitle;
}

media::Tracks av_of(const media::Tracks& tracks) {
  media::Tracks out;
  std::copy_if(tracks.begin(), tracks.end(), std::back_inserter(out), is_av);
  return out;
}

std::ptrdiff_t count_of(const media::Tracks& tracks, media::TrackKind kind) {
  return std::count_if(tracks.begin(), tracks.end(),
                       [&](const media::Track& track) { return track.kind == kind; });
}

// The track is in both, and the same.
bool is_same(const media::Tracks& a, const media::Tracks& b, std::uint32_t id) {
  const media::Track* one = media::find_track(a, id);
  const media::Track* other = media::find_track(b, id);
  return one != nullptr && other != nullptr && *one == *other;
}

}  // namespace

bool ChangeHold::wants(const media::Unit& unit) const {
  return is_holding_ || std::holds_alternative<media::TracksChanged>(unit);
}

void ChangeHold::note_jump() {
  if (av_of(told_).size() > 1) is_jump_ = is_holding_ = true;
}

void ChangeHold::add(Item item, Items& out) {
  if (auto* changed = std::get_if<media::TracksChanged>(&item.unit)) {
    return change(std::move(*changed), item.context, out);
  }
  if (!is_holding_) {
    out.push_back(std::move(item));
    return;
  }
  Held held{std::move(item), false};
  if (const auto* sample = std::get_if<media::Sample>(&held.item.unit)) {
    held.is_as_told = is_same(told_, latest_, sample->track_id);
    note(*sample, held.is_as_told);
  }
  held_.push_back(std::move(held));
  if (is_settled() || is_full()) release(out);
}

void ChangeHold::change(media::TracksChanged change, const link::FragmentContext& context,
                        Items& out) {
  if (is_holding_ && is_void_under(change.tracks)) release(out);
  latest_ = std::move(change.tracks);
  context_ = context;
  if (is_holding_) return;
  if (av_of(told_).empty() || av_of(told_) == av_of(latest_)) {
    told_ = latest_;
    out.push_back({media::TracksChanged{told_}, context});
    return;
  }
  is_holding_ = true;
}

void ChangeHold::note(const media::Sample& sample, bool is_as_told) {
  bytes_ += sample.data.size();
  const auto [seen, is_first] = seen_.try_emplace(sample.track_id);
  seen->second.newest = is_first ? sample.dts : std::max(seen->second.newest, sample.dts);
  newest_ = first_held_ ? std::max(newest_, sample.dts) : sample.dts;
  first_held_ = std::min(first_held_.value_or(sample.dts), sample.dts);
  seen->second.has_changed = seen->second.has_changed || !is_as_told;
  if (is_as_told && !std::exchange(is_jump_, false)) return;
  first_new_ = std::min(first_new_.value_or(sample.dts), sample.dts);
}

// What is held needs a description that is neither the one before nor the one to come.
bool ChangeHold::is_void_under(const media::Tracks& tracks) const {
  return std::any_of(held_.begin(), held_.end(), [&](const Held& held) {
    const auto* sample = std::get_if<media::Sample>(&held.item.unit);
    return sample != nullptr && !held.is_as_told && !is_same(latest_, tracks, sample->track_id);
  });
}

bool ChangeHold::is_settled() const {
  for (const auto kind : {media::TrackKind::kVideo, media::TrackKind::kAudio}) {
    // What is gone may come again, described anew.
    if (count_of(latest_, kind) < count_of(told_, kind)) return false;
  }
  if (!first_new_) return false;
  return std::all_of(latest_.begin(), latest_.end(), [&](const media::Track& track) {
    if (!is_av(track)) return true;
    const auto seen = seen_.find(track.id);
    if (seen == seen_.end()) return false;
    return is_same(told_, latest_, track.id) ? seen->second.newest >= *first_new_ + kChangeOverlap
                                             : seen->second.has_changed;
  });
}

bool ChangeHold::is_full() const {
  if (bytes_ > kMaxChangeBytes || held_.size() > kMaxChangeUnits) return true;
  return first_held_ && newest_ - *first_held_ >= kMaxChangeHold;
}

bool ChangeHold::is_before(const Held& held) const {
  if (const auto* sample = std::get_if<media::Sample>(&held.item.unit)) {
    if (!held.is_as_told) return false;
    if (!is_same(told_, latest_, sample->track_id)) return true;
    return first_new_ && sample->dts < *first_new_;
  }
  const auto* event = std::get_if<media::Event>(&held.item.unit);
  return event != nullptr && first_new_ && event->time < *first_new_;
}

void ChangeHold::release(Items& out) {
  if (!is_holding_) return;
  const auto rest = std::stable_partition(held_.begin(), held_.end(),
                                          [this](const Held& held) { return is_before(held); });
  for (auto each = held_.begin(); each != rest; ++each) out.push_back(std::move(each->item));
  if (latest_ != told_) out.push_back({media::TracksChanged{latest_}, context_});
  for (auto each = rest; each != held_.end(); ++each) out.push_back(std::move(each->item));
  told_ = latest_;
  is_holding_ = false;
  is_jump_ = false;
  held_.clear();
  bytes_ = 0;
  seen_.clear();
  first_new_.reset();
  first_held_.reset();
}

}  // namespace flu::ingest
