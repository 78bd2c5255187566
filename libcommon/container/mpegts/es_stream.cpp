// Tested by tests/unit/container/mpegts/ts_reader_test.cpp
#include "libcommon/container/mpegts/es_stream.h"

#include <utility>

#include "libcommon/container/mpegts/limits.h"

namespace flu::container::mpegts {
namespace {

PesAssembler::Kind gathering_of(media::TrackKind kind) {
  return kind == media::TrackKind::kVideo ? PesAssembler::Kind::kVideo : PesAssembler::Kind::kOther;
}

// ISO 13818-1 2.7.4: times lie at most 0.7 s apart, and data stays 1 s (still pictures 60 s) in a
// decoder. More than this after or before the clock is another clock.
constexpr media::Ticks kFar{10 * 90'000};

bool is_far(media::Timestamp a, media::Timestamp b) {
  return a - b > kFar || b - a > kFar;
}

}  // namespace

std::optional<media::Timestamp> ProgramState::now() const {
  const auto reference = unwrapper.reference();
  if (!pcr) return reference;
  if (!reference) return media::Timestamp{static_cast<std::int64_t>(*pcr)};
  const media::Timestamp clock = unwrap_near(*pcr, *reference);
  return is_far(clock, *reference) ? *reference : clock;
}

EsStream::EsStream(EsInfo info, const ExpectedTrack& track, ProgramState& program)
    : info_(std::move(info)),
      track_(track),
      program_(&program),
      pes_(gathering_of(track.kind), program.counters),
      framer_(codec::make_framer(info_.codec, info_.config, info_.aac)) {}

void EsStream::update(EsInfo info) {
  const bool has_changed = !(info == info_);
  info_ = std::move(info);
  if (has_changed && described_revision_) describe();
}

void EsStream::describe() {
  media::Track track;
  if (framer_->format()) {
    track = *framer_->format();
  } else if (track_.kind == media::TrackKind::kSubtitle) {
    track.kind = track_.kind;
    track.codec = info_.codec;
    track.config = info_.config;
  } else {
    return;
  }
  track.id = track_.id;
  track.language = info_.language;
  track.audio_type = info_.audio_type;
  track.is_hearing_impaired = info_.is_hearing_impaired;
  described_revision_ = framer_->format_revision();
  program_->gate.describe(track);
}

void EsStream::on_payload(Bytes payload, bool starts_unit) {
  if (!program_->gate.is_open()) program_->gate.note_bytes(track_.id, payload.size());
  if (starts_unit) {
    if (pes_.pending() > 0) hand_over();
    pes_.finish();
    pes_.start(payload);
  } else {
    pes_.append(payload);
  }
  if (pes_.is_full()) {
    if (pes_.pending() > 0) hand_over();
    pes_.finish();
  } else if (track_.kind == media::TrackKind::kVideo && pes_.pending() > 0) {
    if (pes_.taken() < kVideoStart || pes_.pending() >= kVideoPart) hand_over();
  }
}

void EsStream::on_loss() {
  // What came before the loss is whole and may end a frame.
  if (pes_.pending() > 0) hand_over();
  pes_.drop();
  framer_->note_loss();
}

bool EsStream::is_repeated(Bytes payload, bool starts_unit) const {
  return starts_unit || pes_.ends_with(payload);
}

void EsStream::flush() {
  if (pes_.pending() > 0) hand_over();
  pes_.drop();
  framer_->flush();
  drain();
}

void EsStream::hand_over() {
  const PesAssembler::Part part = pes_.take();
  if (part.payload.empty()) return;
  framer_->feed(part.payload, unwrap(part.times));
  drain();
}

void EsStream::drain() {
  while (std::optional<media::Sample> sample = framer_->next()) {
    if (described_revision_ != framer_->format_revision()) describe();
    sample->track_id = track_.id;
    program_->gate.add(*std::move(sample));
  }
  if (!described_revision_ && framer_->format()) describe();
}

codec::EsTimes EsStream::unwrap(const PesTimes& times) {
  if (track_.kind == media::TrackKind::kSubtitle) return subtitle_times(times);
  codec::EsTimes out;
  if (!times.pts) return out;
  const auto role = is_main_ ? Unwrapper::Role::kMain : Unwrapper::Role::kOther;
  out.dts = program_->unwrapper.unwrap(times.dts.value_or(*times.pts), last_time_, role);
  out.pts = unwrap_near(*times.pts, *out.dts);
  return out;
}

// Teletext may come without a time, or with that of some other clock: then it is due when it comes.
codec::EsTimes EsStream::subtitle_times(const PesTimes& times) {
  codec::EsTimes out;
  const auto now = program_->now();
  if (times.pts) {
    out.pts = program_->unwrapper.unwrap(*times.pts, last_time_, Unwrapper::Role::kFollower);
  }
  if (now && (!out.pts || is_far(*out.pts, *now))) out.pts = now;
  // A page sent together with the one before may be stamped a few ticks before it: behind it is
  // where it belongs, since samples of a track only go forward.
  if (out.pts && last_subtitle_ && *out.pts <= *last_subtitle_ &&
      !is_far(*out.pts, *last_subtitle_)) {
    out.pts = *last_subtitle_ + media::Ticks{1};
  }
  last_subtitle_ = out.pts;
  out.dts = out.pts;
  return out;
}

}  // namespace flu::container::mpegts
