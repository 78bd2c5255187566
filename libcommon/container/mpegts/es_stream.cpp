#include "libcommon/container/mpegts/es_stream.h"

#include <utility>

#include "libcommon/container/mpegts/limits.h"

namespace flu::container::mpegts {
namespace {

PesAssembler::Kind gathering_of(media::TrackKind kind) {
  return kind == media::TrackKind::kVideo ? PesAssembler::Kind::kVideo : PesAssembler::Kind::kOther;
}

}  // namespace

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
  } else if (track_.kind == media::TrackKind::kVideo &&
             pes_.pending() >= (pes_.has_taken() ? kVideoPart : kFirstVideoPart)) {
    hand_over();
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
  codec::EsTimes out;
  if (!times.pts) {
    // Subtitle pages may come without a time of their own: then they are due when they come.
    if (track_.kind == media::TrackKind::kSubtitle) out.pts = program_->unwrapper.reference();
    out.dts = out.pts;
    return out;
  }
  const std::uint64_t raw = times.dts.value_or(*times.pts);
  out.dts = program_->unwrapper.unwrap(raw, last_time_, is_main_);
  out.pts = unwrap_near(*times.pts, *out.dts);
  return out;
}

}  // namespace flu::container::mpegts
