#include "tools/segment/assembler.h"

#include <algorithm>

#include "libcommon/base/check.h"
#include "libcommon/segment/index_record.h"
#include "tools/segment/limits.h"

namespace flu::hub {
namespace {

bool is_cut_by_key_frame(const TrackTable& track) {
  return track.kind == media::TrackKind::kVideo;
}

bool is_aligned_key(const StoredSample& sample, media::Timestamp cut) {
  const media::Ticks distance = sample.pts() >= cut ? sample.pts() - cut : cut - sample.pts();
  return sample.sap != media::Sap::kNone && distance <= media::Ticks(sample.duration / 2);
}

// Is this frame the first of the segment that begins at `cut`?
bool belongs_behind(const TrackTable& track, const StoredSample& sample, media::Timestamp cut) {
  if (is_cut_by_key_frame(track) && is_aligned_key(sample, cut)) return true;
  return sample.pts() >= cut;
}

}  // namespace

const TrackTable* SegmentTable::find(std::uint32_t id) const {
  for (const TrackTable& track : tracks) {
    if (track.id == id) return &track;
  }
  return nullptr;
}

TrackTable* SegmentTable::find(std::uint32_t id) {
  return const_cast<TrackTable*>(std::as_const(*this).find(id));
}

void Assembler::set_tracks(const media::Tracks& tracks) {
  FLU_CHECK(!open_);
  tracks_ = tracks;
  const media::Track* main = media::main_track(tracks);
  main_track_ = main == nullptr ? 0 : main->id;
  for (const media::Track& track : tracks) {
    if (find_state(track.id) == nullptr) states_.push_back({track.id, {}, true, true});
  }
}

const Assembler::TrackState* Assembler::find_state(std::uint32_t id) const {
  for (const TrackState& state : states_) {
    if (state.id == id) return &state;
  }
  return nullptr;
}

Assembler::TrackState* Assembler::find_state(std::uint32_t id) {
  return const_cast<TrackState*>(std::as_const(*this).find_state(id));
}

std::optional<media::Timestamp> Assembler::last_dts(std::uint32_t track_id) const {
  const TrackState* state = find_state(track_id);
  return state == nullptr ? std::nullopt : state->last_dts;
}

void Assembler::forget_times() {
  for (TrackState& state : states_) state.last_dts.reset();
}

void Assembler::begin(const SegmentStart& start, std::shared_ptr<LogFile> log) {
  complete_closing();
  if (open_) {
    closing_ = std::move(open_);
    closing_->end = start.time;
    late_file_ = closing_->files.size();
    closing_->files.push_back(log);
  }
  open_.emplace();
  open_->start = start;
  open_->main_track = main_track_;
  open_->files.push_back(std::move(log));
  for (const media::Track& track : tracks_) {
    open_->tracks.push_back({track.id, track.kind, media::is_text(track), {}, {}});
  }
  if (!closing_) return;
  open_->files.push_back(closing_->files.front());
  for (TrackTable& track : closing_->tracks) {
    if (track.id == main_track_) continue;
    if (track.is_text) repeat_shown(track);
    split(track);
  }
}

// RFC 8216 3.5: a segment has all cues of its time. The sample is the same in both, with the time
// at which it began.
void Assembler::repeat_shown(const TrackTable& from) {
  const media::Timestamp cut = open_->start.time;
  const auto behind = std::find_if(from.samples.begin(), from.samples.end(),
                                   [&](const StoredSample& sample) { return sample.pts() >= cut; });
  if (behind == from.samples.begin()) return;
  const StoredSample& last = *std::prev(behind);
  const bool is_shown = last.pts() + media::Ticks(last.duration) > cut;
  if (is_shown && last.file == 0 && cut - last.pts() < kMaxRepeated)
    store(*open_, from.id, last, 1);
}

// What of the closing segment's track lies behind the cut moves to the open one.
void Assembler::split(TrackTable& from) {
  const auto first = std::find_if(
      from.samples.begin(), from.samples.end(),
      [&](const StoredSample& sample) { return belongs_behind(from, sample, open_->start.time); });
  TrackState& state = *find_state(from.id);
  // Nobody waits for subtitles, which come when they come.
  state.has_passed = from.kind == media::TrackKind::kSubtitle;
  if (first == from.samples.end()) return;
  pass(state, from, *first);
  for (auto sample = first; sample != from.samples.end(); ++sample) {
    closing_->bytes -= sample->size;
    closing_->samples -= 1;
    store(*open_, from.id, *sample, 1);
  }
  from.samples.erase(first, from.samples.end());
}

void Assembler::pass(TrackState& state, TrackTable& closing, const StoredSample& first) {
  state.has_passed = true;
  closing.next_dts = first.dts;
  if (is_cut_by_key_frame(closing) && !is_aligned_key(first, open_->start.time)) {
    open_->start.flags |= segment::kUnaligned;
  }
}

void Assembler::store(SegmentTable& segment, std::uint32_t track_id, StoredSample sample,
                      std::size_t file) {
  sample.file = static_cast<std::uint8_t>(file);
  segment.find(track_id)->samples.push_back(sample);
  segment.bytes += sample.size;
  segment.samples += 1;
}

bool Assembler::accepts(std::uint32_t track_id, const StoredSample& sample) const {
  const TrackState* state = find_state(track_id);
  const TrackTable* track = open_ ? open_->find(track_id) : nullptr;
  if (state == nullptr || track == nullptr) return false;
  if (state->last_dts && sample.dts <= *state->last_dts) return false;
  if (track_id == main_track_) return true;
  if (state->is_fresh) {
    // What lies before the first frame of the main track has nothing to be played with; but a file
    // is to come out whole.
    const media::Ticks lead = state->last_dts ? media::Ticks(0) : lead_;
    return sample.pts() + lead >= open_->start.time;
  }
  if (track->kind == media::TrackKind::kSubtitle) return true;
  // The first frames after a silence may be late for a segment that did not wait for them, and the
  // parts of the next were told without them. Sound that is only behind is kept whatever it costs.
  const bool was_silent = state->last_dts && sample.dts - *state->last_dts > kMaxInterleave / 2;
  const bool is_late = track->samples.empty() && (!closing_ || state->has_passed) &&
                       !belongs_behind(*track, sample, open_->start.time);
  return !was_silent || !is_late;
}

void Assembler::add(std::uint32_t track_id, const StoredSample& sample) {
  if (!accepts(track_id, sample)) return;
  TrackState* state = find_state(track_id);
  state->is_fresh = false;
  state->last_dts = sample.dts;
  if (track_id == main_track_) {
    if (closing_ && !closing_->find(track_id)->next_dts) {
      closing_->find(track_id)->next_dts = sample.dts;
    }
    store(*open_, track_id, sample, 0);
    complete_if_done();
    return;
  }
  if (closing_ && !state->has_passed) {
    TrackTable& track = *closing_->find(track_id);
    if (!belongs_behind(track, sample, open_->start.time)) {
      store(*closing_, track_id, sample, late_file_);
      return;
    }
    pass(*state, track, sample);
  }
  store(*open_, track_id, sample, 0);
  complete_if_done();
}

void Assembler::add_event(const media::Event& event) {
  if (open_) open_->events.push_back(event);
}

void Assembler::add_producer_time(const container::ProducerTime& time) {
  if (open_ && !open_->producer_time && time.track_id == main_track_) open_->producer_time = time;
}

void Assembler::add_flags(std::uint16_t flags, std::uint32_t lost) {
  if (!open_) return;
  open_->start.flags |= flags;
  open_->start.lost += lost;
}

void Assembler::complete_if_done() {
  if (!closing_) return;
  const auto main_dts = last_dts(main_track_);
  const auto is_done = [&](const TrackTable& track) {
    if (track.id == main_track_) return track.next_dts.has_value();
    const TrackState& state = *find_state(track.id);
    const bool is_silent =
        main_dts && (!state.last_dts || *main_dts > *state.last_dts + kMaxInterleave);
    return state.has_passed || is_silent;
  };
  if (std::all_of(closing_->tracks.begin(), closing_->tracks.end(), is_done)) complete_closing();
}

void Assembler::complete_closing() {
  if (!closing_) return;
  for (TrackState& state : states_) state.has_passed = true;
  if (!closing_->find(closing_->main_track)->samples.empty()) {
    complete_.push_back(std::move(*closing_));
  }
  closing_.reset();
}

void Assembler::end() {
  complete_closing();
  if (open_ && !open_->find(main_track_)->samples.empty()) complete_.push_back(std::move(*open_));
  open_.reset();
  for (TrackState& state : states_) state.is_fresh = true;
}

std::size_t Assembler::forget(const LogFile& log, std::uint64_t position) {
  std::size_t count = 0;
  const auto forget_in = [&](SegmentTable& segment) {
    for (TrackTable& track : segment.tracks) {
      const std::size_t gone = std::erase_if(track.samples, [&](const StoredSample& sample) {
        const bool is_gone =
            segment.files[sample.file].get() == &log && sample.position >= position;
        if (is_gone) segment.bytes -= sample.size;
        return is_gone;
      });
      segment.samples -= gone;
      count += gone;
    }
  };
  for (SegmentTable& segment : complete_) forget_in(segment);
  if (closing_) forget_in(*closing_);
  if (open_) forget_in(*open_);
  std::erase_if(complete_, [](const SegmentTable& segment) {
    return segment.find(segment.main_track)->samples.empty();
  });
  return count;
}

std::optional<SegmentTable> Assembler::take_complete() {
  if (complete_.empty()) return std::nullopt;
  SegmentTable segment = std::move(complete_.front());
  complete_.erase(complete_.begin());
  return segment;
}

std::vector<std::pair<std::uint32_t, StoredSample*>> Assembler::early() {
  std::vector<std::pair<std::uint32_t, StoredSample*>> out;
  if (!open_) return out;
  for (TrackTable& track : open_->tracks) {
    for (StoredSample& sample : track.samples) {
      if (sample.file == 1) out.emplace_back(track.id, &sample);
    }
  }
  return out;
}

void Assembler::early_were_copied() {
  open_->files.resize(1);
  for (TrackTable& track : open_->tracks) {
    for (StoredSample& sample : track.samples) sample.file = 0;
  }
}

}  // namespace flu::hub
