// Tested by tests/unit/hub/live_stream_test.cpp
//
// How the frames that a LiveStream takes become segments of its window.
#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "libcommon/base/clock.h"
#include "libcommon/base/log.h"
#include "libcommon/container/mp4/init.h"
#include "libcommon/event/types.h"
#include "tools/segment/consolidate.h"
#include "tools/segment/limits.h"
#include "tools/segment/live_stream.h"

namespace flu::hub {
namespace {

// What its fragment says, but for a break, which the segment tells. One that says nothing came now.
container::FragmentInfo told_by(const Run& run) {
  container::FragmentInfo info;
  info.arrival_us = static_cast<std::uint64_t>(wall_now().time_since_epoch().count());
  if (run.info != nullptr) info = *run.info;
  info.flags &= kStreamFlags & ~std::uint32_t{container::kDiscont};
  return info;
}

}  // namespace

SegmentStart LiveStream::make_start(const Run& run, Cut cut) {
  const container::FragmentInfo* given = cut_rule_.is_numbered() ? run.info : nullptr;
  const Numbering::Numbers numbers = numbering_.next(run.pts(), given);
  SegmentStart start;
  start.seq = numbers.seq;
  start.disc_seq = numbers.disc_seq;
  start.time = run.pts();
  start.source = cut_rule_.source();
  const container::FragmentInfo told = told_by(run);
  start.flags = static_cast<std::uint16_t>(told.flags);
  start.lost = told.lost;
  start.arrival_us = told.arrival_us;
  if (numbers.is_discontinuity) start.flags |= segment::kDiscont;
  if (has_loss_ && given == nullptr) start.flags |= segment::kLoss;
  if (shift_.count() != 0) start.flags |= segment::kClockUnsure;
  if (cut == Cut::kForced && !run.begins_with_key()) start.flags |= segment::kNoKey;
  has_loss_ = false;
  return start;
}

void LiveStream::start_segment(const Run& run, Cut cut) {
  if (cut == Cut::kForced) {
    ++counters_.forced_cuts;
    const SegmentTable& open = assembler_.open_segment();
    publisher_.listeners().event(event::kStreamForceCloseGop,
                                 {{"seq", open.start.seq}, {"bytes", open.bytes}});
  }
  const SegmentStart start = make_start(run, cut);
  if (const auto done = write_start(run, start); !done) {
    log_.discard_new();
    counters_.dropped_frames += run.samples.size();
    give_up(done.error());
    return;
  }
  cut_rule_.add(run, true);
  last_key_ = run.pts();
  apply_changes();
  SegmentStart begun = start;
  begun.init_hash = init_hash_;
  parts_.begin(begun, run, log_.current()->head_size());
  publisher_.window().set_part_target(static_cast<std::uint32_t>(parts_.target().count()));
  for (const media::Event& event : std::exchange(waiting_events_, {})) add_event(event);
}

Result<void> LiveStream::write_start(const Run& run, const SegmentStart& planned) {
  SegmentStart start = planned;
  if (init_hash_ == 0) {
    FLU_TRY_ASSIGN(init_hash_, publisher_.keep_init(container::write_init(tracks_)));
  }
  start.init_hash = init_hash_;
  const container::FragmentInfo info = info_of(start);
  Run first = run;
  first.info = &info;
  auto position = log_.begin(first);
  if (!position && publisher_.relieve(position.error())) position = log_.begin(first);
  if (!position) return tl::unexpected<Error>(std::move(position).error());
  assembler_.begin(start, log_.fresh());
  publish_complete();
  if (const auto early = assembler_.early(); !early.empty()) {
    if (auto copied = log_.carry(assembler_.log_of_early(), early); !copied) {
      log_info("audio before the cut is lost: {}", copied.error().message);
    }
  }
  assembler_.early_were_copied();
  FLU_TRY(log_.take_place(assembler_.is_closing()));
  store_samples(first, *position);
  return {};
}

container::FragmentInfo LiveStream::make_info(const Run& run) const {
  const SegmentStart& start = assembler_.open_segment().start;
  container::FragmentInfo info = told_by(run);
  info.source = cut_rule_.source();
  info.seq = start.seq;
  info.disc_seq = start.disc_seq;
  return info;
}

void LiveStream::flush() {
  auto done = log_.flush();
  if (!done && publisher_.relieve(done.error())) done = log_.flush();
  if (!done) give_up(done.error());
  held_since_ = {};
}

void LiveStream::flush_if_due(MonotonicTime now) {
  if (log_.held_bytes() == 0) return;
  if (held_since_ == MonotonicTime{}) held_since_ = now;
  if (now - held_since_ >= kMaxHeldTime || log_.held_bytes() > kMaxHeldBytes) flush();
}

void LiveStream::store_samples(const Run& run, std::uint64_t position) {
  if (run.producer_time != nullptr) assembler_.add_producer_time(*run.producer_time);
  for (const container::SampleEntry& sample : run.samples) {
    assembler_.add(run.track_id, stored(sample, position));
    position += sample.size;
  }
  counters_.add(run.track_id, run.samples.size(), run.payload.size());
  counters_.last_time = std::max(counters_.last_time, run.pts());
  publish_complete();
}

void LiveStream::publish_complete() {
  while (const auto segment = assembler_.take_complete()) {
    publisher_.publish(*segment, cut_rule_.target_duration());
    last_end_ = segment->start.time + duration_of(*segment);
  }
  if (!assembler_.is_closing()) log_.drop_previous();
}

// Into the open segment. What the fragment says goes on with our numbers; `is_told` makes one that
// says nothing say them, too.
void LiveStream::append(Run run, bool is_told) {
  container::FragmentInfo info;
  if (run.info != nullptr || is_told) {
    info = make_info(run);
    run.info = &info;
  }
  const std::uint64_t position = log_.append(run);
  if (run.info != nullptr) {
    assembler_.add_flags(static_cast<std::uint16_t>(info.flags & kStreamFlags), info.lost);
  }
  store_samples(run, position);
  parts_.add(run);
  tell_parts();
}

// Parts follow the segment before theirs.
void LiveStream::tell_parts() {
  if (assembler_.is_closing()) return;
  while (log_.current() != nullptr) {
    const auto part = parts_.take(log_.current()->size());
    if (!part) return;
    publisher_.listeners().news(*part);
  }
}

}  // namespace flu::hub
