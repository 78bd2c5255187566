#include "tools/segment/live_stream.h"

#include <algorithm>
#include <utility>

#include "libcommon/base/log.h"
#include "tools/segment/limits.h"
#include "tools/segment/recovery.h"

namespace flu::hub {

LiveStream::LiveStream(std::string folder, Publisher publisher, media::Ticks target)
    : publisher_(std::move(publisher)), cut_rule_(target), log_(std::move(folder)) {}

Result<std::unique_ptr<LiveStream>> LiveStream::open(const std::string& folder,
                                                     const store::WindowSettings& settings,
                                                     Listeners listeners) {
  FLU_TRY_ASSIGN(Publisher publisher, Publisher::open(folder, settings, std::move(listeners)));
  std::unique_ptr<LiveStream> stream(new LiveStream(folder, std::move(publisher), settings.target));
  FLU_TRY_ASSIGN(Takeover before, take_over(folder, stream->publisher_));
  stream->numbering_ = before.numbering;
  stream->mapper_ = std::move(before.mapper);
  stream->last_end_ = before.last_end;
  stream->parts_.set_target(media::Ticks(stream->publisher_.window().part_target()));
  return stream;
}

void LiveStream::begin_source(const container::StreamHead& head) {
  stop("another producer");
  numbering_.mark_discontinuity();
  if (has_new_tracks_) use_tracks();
  preroll_.clear();
  broken_tracks_.clear();
  waiting_events_.clear();
  // One that only connects again still has the times of before.
  if (is_resync_wanted_ && head.start_us != head_.start_us) forget_times();
  head_ = head;
  cut_rule_.begin_source();
  log_.set_head(head_, tracks_);
}

void LiveStream::forget_times() {
  is_resync_wanted_ = false;
  log_info("the times of the stream begin anew: the window is emptied");
  if (const auto done = publisher_.window().shrink(0); !done) {
    log_alert("{}", done.error().message);
  }
  assembler_.forget_times();
  last_end_.reset();
  counters_.last_time = media::Timestamp(0);
}

void LiveStream::end_source() {
  stop("the producer left");
  numbering_.mark_discontinuity();
}

Result<void> LiveStream::set_tracks(const media::Tracks& tracks) {
  FLU_TRY_ASSIGN(mapping_, mapper_.map(tracks));
  const media::Track* main = media::main_track(mapping_.tracks);
  const media::Track* old_main = media::main_track(tracks_);
  has_new_tracks_ = mapping_.tracks != tracks_;
  // While the main track stays as it is, its frames have their place up to its next key frame.
  const bool may_wait = assembler_.is_open() && main != nullptr && *main == *old_main;
  if (has_new_tracks_ && !may_wait) use_tracks();
  return {};
}

void LiveStream::use_tracks() {
  has_new_tracks_ = false;
  stop("the tracks changed");
  if (!tracks_.empty() && needs_discontinuity(tracks_, mapping_.tracks)) {
    numbering_.mark_discontinuity();
  }
  tracks_ = mapping_.tracks;
  init_hash_ = 0;
  log_.set_head(head_, tracks_);
  assembler_.set_tracks(tracks_);
  parts_.set_tracks(tracks_, assembler_.main_track());
}

// Has the open segment no place for it, but the next?
bool LiveStream::is_waited_for(std::uint32_t track_id) const {
  if (!has_new_tracks_) return false;
  const media::Track* now = media::find_track(tracks_, track_id);
  const media::Track* next = media::find_track(mapping_.tracks, track_id);
  return now == nullptr || next == nullptr || !(*now == *next);
}

void LiveStream::add_event(const media::Event& event) {
  if (!assembler_.is_open()) {
    if (waiting_events_.size() == kMaxWaitingEvents) waiting_events_.erase(waiting_events_.begin());
    waiting_events_.push_back(event);
    return;
  }
  media::Event moved = event;
  moved.time += shift_;
  if (const auto done = log_.append(moved); !done) {
    log_info("event left out: {}", done.error().message);
    return;
  }
  assembler_.add_event(moved);
}

void LiveStream::add_fragment(const container::Fragment& fragment) {
  if (fragment.samples.empty()) return;  // a primer
  const std::uint32_t id = mapping_.find(fragment.track_id);
  if (id == 0) {
    counters_.dropped_frames += fragment.samples.size();
    return;
  }
  if (fragment.info) note_info(fragment, id);
  const bool is_main = id == assembler_.main_track();
  if (has_new_tracks_ && is_main && fragment.samples.front().sap != media::Sap::kNone) use_tracks();
  if (!is_main && (!assembler_.is_open() || is_waited_for(id))) {
    preroll_.add(fragment);
    return;
  }
  scratch_ = fragment.samples;
  for (auto& sample : scratch_) sample.dts += shift_;
  const bool is_video = is_main && media::find_track(tracks_, id)->kind == media::TrackKind::kVideo;
  for (std::size_t begin = 0; begin < scratch_.size();) {
    Run run = first_run(std::span(scratch_).subspan(begin), fragment.payload, is_video);
    run.track_id = id;
    if (begin == 0 && fragment.info) run.info = &*fragment.info;
    if (begin == 0 && fragment.producer_time) {
      producer_time_ = *fragment.producer_time;
      producer_time_.track_id = id;
      producer_time_.time += shift_;
      run.producer_time = &producer_time_;
    }
    begin += run.samples.size();
    is_main ? add_main(run) : add_other(run);
  }
  if (is_main && assembler_.is_open() && !has_new_tracks_) {
    preroll_.drain([this](const container::Fragment& held) { add_fragment(held); });
  }
}

void LiveStream::note_info(const container::Fragment& fragment, std::uint32_t track_id) {
  const container::FragmentInfo& info = *fragment.info;
  const media::Timestamp dts = fragment.samples.front().dts + shift_;
  const bool is_main = track_id == assembler_.main_track();
  counters_.lost_packets += info.lost;
  if (info.seq != 0) {
    // Cut by a hub before this one: only its CUT counts.
    const bool breaks = is_cut(info) && (info.flags & container::kDiscont) != 0;
    if (is_main && breaks && !goes_on_at(track_id, dts)) stop("the stream broke before");
    if (is_main && breaks) ++counters_.discontinuities;
  } else if ((info.flags & container::kDiscont) != 0) {
    note_break(track_id, dts);
  }
  if (is_main) cut_rule_.note(info);
}

// DISCONT comes once on every track; the first of them is the break. Where only the source's own
// times broke, what follows goes on without a gap: up to the next key frame it belongs to the open
// segment, and so does the sound that comes later in the stream than the picture of its time.
void LiveStream::note_break(std::uint32_t track_id, media::Timestamp dts) {
  const bool is_told = std::erase(broken_tracks_, track_id) > 0;
  const bool is_main = track_id == assembler_.main_track();
  if (!goes_on_at(track_id, dts) && (!is_told || is_main)) stop("the source has a discontinuity");
  if (is_told) return;
  if (!assembler_.is_open()) preroll_.clear();
  if (assembler_.is_open()) cut_rule_.cut_soon();
  for (const media::Track& track : tracks_) {
    if (track.id != track_id) broken_tracks_.push_back(track.id);
  }
  numbering_.mark_discontinuity();
  ++counters_.discontinuities;
}

// Does a frame of that time follow the open segment's without a gap?
bool LiveStream::goes_on_at(std::uint32_t track_id, media::Timestamp dts) const {
  const auto last = assembler_.last_dts(assembler_.main_track());
  if (!assembler_.is_open() || !last) return false;
  if (track_id != assembler_.main_track()) return dts <= *last + kMaxInterleave;
  return dts > *last && dts <= *last + kMaxSeam;
}

void LiveStream::add_main(Run run) {
  if (!assembler_.is_open()) {
    if (!cut_rule_.may_start(run) || is_behind(run)) {
      counters_.dropped_frames += run.samples.size();
      return;
    }
    start_segment(run, Cut::kKey);
    return;
  }
  if (!assembler_.accepts(run.track_id, stored(run.samples.front(), 0))) {
    counters_.dropped_frames += run.samples.size();
    return;
  }
  const SegmentTable& open = assembler_.open_segment();
  const Cut cut =
      cut_rule_.decide(run, open.bytes + run.payload.size(), open.samples + run.samples.size());
  if (cut != Cut::kNone) {
    start_segment(run, cut);
    return;
  }
  cut_rule_.add(run, false);
  mark_key(run);
  append(run, run.begins_with_key());
}

// Where readers that come late may begin: video at its key frames, audio about once a second.
void LiveStream::mark_key(const Run& run) {
  if (!run.begins_with_key()) return;
  const bool is_video = tracks_.front().kind == media::TrackKind::kVideo;
  if (!is_video && run.pts() - last_key_ < kAudioJoinDistance) return;
  last_key_ = run.pts();
  log_.mark_key();
}

void LiveStream::add_other(Run run) {
  std::size_t late = 0;
  while (late < run.samples.size() &&
         !assembler_.accepts(run.track_id, stored(run.samples[late], 0))) {
    run.payload = run.payload.subspan(run.samples[late].size);
    ++late;
  }
  counters_.dropped_frames += late;
  run.samples = run.samples.subspan(late);
  if (!run.samples.empty()) append(run, false);
}

// Before a stream starts (again): would this key frame go back in time? Then it is not taken, or,
// where waiting would take too long, the producer's times are moved to where the stream is.
bool LiveStream::is_behind(const Run& run) {
  const media::Timestamp dts = run.samples.front().dts;
  const auto last_dts = assembler_.last_dts(run.track_id);
  media::Ticks missing{0};
  if (last_end_) missing = std::max(missing, *last_end_ - run.pts());
  if (last_dts) missing = std::max(missing, *last_dts + media::Ticks(1) - dts);
  if (missing.count() == 0) return false;
  if (cut_rule_.is_numbered() || missing <= kMaxWait) return true;
  log_alert("the producer's clock is {:.1f} s behind the stream: its times are moved",
            static_cast<double>(missing.count()) / 90000.0);
  shift_ += missing;
  for (auto& sample : scratch_) sample.dts += missing;
  return false;
}

void LiveStream::stop(std::string_view why) {
  if (!assembler_.is_open()) return;
  log_debug("segment {} ends: {}", assembler_.open_segment().start.seq, why);
  assembler_.end();
  publish_complete();
  log_.finish();
  cut_rule_.restart();
  shift_ = media::Ticks(0);
  parts_.stop();
}

// The window cannot be written to, even after it shrank: the stream stops here, and tries again at
// each key frame.
void LiveStream::give_up(const Error& why) {
  log_alert("frames are dropped up to the next key frame: {}", why.message);
  if (const auto& log = log_.current(); log != nullptr) {
    counters_.dropped_frames += assembler_.forget(*log, log->written());
    log->give_up_held();
  }
  stop("it cannot be written");
  has_loss_ = true;
  numbering_.mark_discontinuity();
}

void LiveStream::apply_changes() {
  if (!changed_settings_) return;
  const auto settings = *std::exchange(changed_settings_, std::nullopt);
  cut_rule_.set_target(settings.target);
  if (const auto done = publisher_.window().change(settings); !done) {
    log_alert("new lengths of the window: {}", done.error().message);
  }
}

}  // namespace flu::hub
