#include "libcommon/container/mpegts/track_gate.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "libcommon/container/mpegts/limits.h"

namespace flu::container::mpegts {
namespace {

bool is_av(media::TrackKind kind) {
  return kind != media::TrackKind::kSubtitle;
}

std::size_t size_of(const media::Unit& unit) {
  if (const auto* sample = std::get_if<media::Sample>(&unit)) return sample->data.size();
  if (const auto* event = std::get_if<media::Event>(&unit)) return event->data.size() + 1;
  return 0;
}

}  // namespace

void TrackGate::expect(const std::vector<ExpectedTrack>& tracks) {
  std::vector<Slot> slots;
  bool has_new = false;
  std::size_t kept = 0;
  for (const ExpectedTrack& track : tracks) {
    Slot slot{track, std::nullopt, false};
    const Slot* old = find(track.id);
    if (old != nullptr && old->expected == track) {
      slot = *old;
      ++kept;
    } else {
      has_new = true;
    }
    slots.push_back(std::move(slot));
  }
  const bool is_smaller = kept < slots_.size();
  drop_void(slots);
  slots_ = std::move(slots);
  if (has_new) {
    is_open_ = false;
    waited_bytes_ = 0;
    wait_start_.reset();
    for (Slot& slot : slots_) slot.has_bytes = false;
  } else if (is_smaller && is_open_) {
    announce();
  }
  try_open();
}

// What is held of a track that is gone, or codes otherwise from here on: nobody was told of it.
void TrackGate::drop_void(const std::vector<Slot>& next) {
  std::erase_if(held_, [&](const media::Unit& unit) {
    const auto* sample = std::get_if<media::Sample>(&unit);
    if (sample == nullptr) return false;
    const Slot* now = find(sample->track_id);
    const bool goes_on = std::any_of(next.begin(), next.end(), [&](const Slot& slot) {
      return now != nullptr && slot.expected == now->expected;
    });
    if (!goes_on) held_bytes_ -= size_of(unit);
    return !goes_on;
  });
}

void TrackGate::note_bytes(std::uint32_t id, std::size_t count) {
  if (Slot* slot = find(id)) slot->has_bytes = true;
  if (!has_described_av()) return;
  waited_bytes_ += count;
  try_open();
}

void TrackGate::describe(const media::Track& track) {
  Slot* slot = find(track.id);
  if (slot == nullptr || slot->track == track) return;
  // What is held belongs to the older description: that must be announced first.
  if (!is_open_ && slot->track && has_described_av() && !held_.empty()) open();
  slot->track = track;
  if (is_open_) {
    announce();
  } else {
    try_open();
  }
}

void TrackGate::add(media::Sample sample) {
  const Slot* slot = find(sample.track_id);
  if (slot == nullptr) return;
  if (!is_open_ && is_av(slot->expected.kind)) note_time(sample.dts);
  if (is_open_) {
    ready_.emplace_back(std::move(sample));
  } else {
    hold(std::move(sample));
  }
}

void TrackGate::add(media::Event event) {
  if (is_open_) {
    ready_.emplace_back(std::move(event));
  } else {
    hold(std::move(event));
  }
}

void TrackGate::flush() {
  if (!is_open_ && has_described_av()) open();
}

std::optional<media::Unit> TrackGate::next() {
  if (next_ready_ == ready_.size()) {
    ready_.clear();
    next_ready_ = 0;
    return std::nullopt;
  }
  return std::move(ready_[next_ready_++]);
}

TrackGate::Slot* TrackGate::find(std::uint32_t id) {
  const auto found = std::find_if(slots_.begin(), slots_.end(),
                                  [&](const Slot& slot) { return slot.expected.id == id; });
  return found == slots_.end() ? nullptr : &*found;
}

void TrackGate::hold(media::Unit unit) {
  held_bytes_ += size_of(unit);
  held_.push_back(std::move(unit));
  while (!has_described_av() && held_bytes_ > kMaxHeldBeforeTracks) {
    held_bytes_ -= size_of(held_.front());
    held_.pop_front();
  }
  try_open();
}

void TrackGate::try_open() {
  if (!is_open_ && can_open()) open();
}

bool TrackGate::can_open() const {
  if (slots_.empty()) return false;
  bool has_subtitles_only = true;
  bool is_absent_missing = false;
  bool is_present_missing = false;
  for (const Slot& slot : slots_) {
    if (is_av(slot.expected.kind)) has_subtitles_only = false;
    if (slot.track) continue;
    (slot.has_bytes ? is_present_missing : is_absent_missing) = true;
  }
  if (!is_absent_missing && !is_present_missing) return true;
  if (has_subtitles_only || !has_described_av()) return false;
  const media::Ticks waited = wait_start_ ? wait_end_ - *wait_start_ : media::Ticks{0};
  if (is_present_missing) {
    return waited >= kMaxPresentWait || waited_bytes_ >= kMaxPresentWaitBytes;
  }
  return waited >= kMaxTrackWait || waited_bytes_ >= kMaxAbsentWaitBytes;
}

bool TrackGate::has_described_av() const {
  return std::any_of(slots_.begin(), slots_.end(),
                     [](const Slot& slot) { return slot.track && is_av(slot.expected.kind); });
}

void TrackGate::open() {
  is_open_ = true;
  announce();
  drop_stale();
  std::move(held_.begin(), held_.end(), std::back_inserter(ready_));
  held_.clear();
  held_bytes_ = 0;
}

void TrackGate::announce() {
  media::TracksChanged changed;
  for (const media::TrackKind kind :
       {media::TrackKind::kVideo, media::TrackKind::kAudio, media::TrackKind::kSubtitle}) {
    for (const Slot& slot : slots_) {
      if (slot.track && slot.expected.kind == kind) changed.tracks.push_back(*slot.track);
    }
  }
  ready_.emplace_back(std::move(changed));
}

// While video was waited for the other tracks have piled up. What lies more than kMaxTrackWait
// before its first picture nobody can play with it, and would only push everything into the past.
void TrackGate::drop_stale() {
  std::optional<media::Timestamp> first_picture;
  for (const media::Unit& unit : held_) {
    const auto* sample = std::get_if<media::Sample>(&unit);
    if (sample == nullptr) continue;
    const Slot* slot = find(sample->track_id);
    if (slot == nullptr || slot->expected.kind != media::TrackKind::kVideo) continue;
    first_picture = sample->dts;
    break;
  }
  if (!first_picture) return;
  std::erase_if(held_, [&](const media::Unit& unit) {
    const auto* sample = std::get_if<media::Sample>(&unit);
    if (sample == nullptr) return false;
    const media::Ticks before = *first_picture - sample->dts;
    return before > kMaxTrackWait && before < kMaxPresentWait * 2;
  });
}

void TrackGate::note_time(media::Timestamp time) {
  if (!wait_start_) {
    wait_start_ = time;
    wait_end_ = time;
  }
  wait_end_ = std::max(wait_end_, time);
}

}  // namespace flu::container::mpegts
