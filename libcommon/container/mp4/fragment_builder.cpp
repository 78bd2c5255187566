#include "libcommon/container/mp4/fragment_builder.h"

#include <algorithm>

#include <fmt/format.h>

#include "libcommon/container/mp4/limits.h"
#include "libcommon/container/mp4/sync_sample.h"

namespace flu::container {
namespace {

using media::Ticks;
using media::Timestamp;
using media::TrackKind;

Result<void> check_sample(const SampleEntry& sample, TrackKind kind, bool is_flu) {
  const Ticks longest = kind == TrackKind::kSubtitle ? kMaxTextDuration : kMaxDuration;
  if (sample.duration >= longest) {
    return fail(ErrorCode::kMalformed,
                fmt::format("sample duration {}, expected less than {} ticks",
                            sample.duration.count(), longest.count()));
  }
  if (sample.cts >= kMaxCts || sample.cts <= -kMaxCts || (is_flu && sample.cts.count() < 0)) {
    return fail(ErrorCode::kMalformed,
                fmt::format("composition offset {}, expected {} to {} ticks", sample.cts.count(),
                            is_flu ? 0 : -kMaxCts.count() + 1, kMaxCts.count() - 1));
  }
  return {};
}

// The bytes from the first sample to the last, inside the mdat; offsets become relative to them.
Result<Bytes> take_payload(std::vector<SampleEntry>& samples, const FragmentBuilder::Data& data) {
  std::uint64_t from = UINT64_MAX;
  std::uint64_t to = 0;
  for (const SampleEntry& sample : samples) {
    from = std::min<std::uint64_t>(from, sample.offset);
    to = std::max(to, std::uint64_t{sample.offset} + sample.size);
  }
  if (samples.empty()) return Bytes{};
  if (from < data.offset || to > data.offset + data.bytes.size()) {
    return fail(ErrorCode::kMalformed,
                fmt::format("samples at {} to {} of the moof, but its mdat holds {} to {}", from,
                            to, data.offset, data.offset + data.bytes.size()));
  }
  for (SampleEntry& sample : samples) {
    sample.offset -= static_cast<std::uint32_t>(from);
  }
  return data.bytes.subspan(from - data.offset, to - from);
}

}  // namespace

void FragmentBuilder::reset(const Movie& movie, bool is_flu) {
  is_flu_ = is_flu;
  states_.clear();
  for (const MovieTrack& track : movie) {
    states_.push_back({track.track.id});
  }
}

FragmentBuilder::TrackState& FragmentBuilder::state_of(std::uint32_t track_id) {
  const auto found = std::find_if(states_.begin(), states_.end(),
                                  [&](const TrackState& s) { return s.track_id == track_id; });
  if (found != states_.end()) return *found;
  states_.push_back({track_id});
  return states_.back();
}

Result<std::int64_t> FragmentBuilder::start_time(const RawTraf& traf, const MovieTrack& track,
                                                 const TrackState& state) const {
  // Read as signed: foreign writers let a timeline begin a little below zero.
  const std::int64_t time =
      traf.decode_time ? static_cast<std::int64_t>(*traf.decode_time) : state.next_time;
  const Timestamp ticks{to_90k(time, track.timescale)};
  const bool is_valid =
      is_flu_ ? media::is_utc(ticks) : ticks >= -kMaxBeforeZero && ticks < media::kMaxUtc;
  if (!is_valid && traf.count > 0) {
    return fail(ErrorCode::kMalformed,
                fmt::format("tfdt {} of track {}, expected {}", time, traf.file_id,
                            is_flu_ ? "UTC x 90000 from 9e13 to 2^53" : "less than 2^53 ticks"));
  }
  return time;
}

// Negative offsets, which B-frames have in foreign files: all dts of the track are moved back by
// one amount, so that presentation stays what it is.
void FragmentBuilder::shift_times(TrackState& state, std::vector<SampleEntry>& samples) {
  for (const SampleEntry& sample : samples) {
    state.shift = std::max(state.shift, -sample.cts);
  }
  if (state.shift.count() == 0) return;
  for (SampleEntry& sample : samples) {
    const Timestamp presentation = sample.dts + sample.cts;
    sample.dts -= state.shift;
    // Only where the shift has just grown: the order of decoding holds.
    if (state.has_last && sample.dts <= state.last_dts) sample.dts = state.last_dts + Ticks{1};
    sample.cts = std::max(presentation - sample.dts, Ticks{0});
    state.last_dts = sample.dts;
    state.has_last = true;
  }
}

Result<Fragment> FragmentBuilder::build(const Moof& moof, const RawTraf& traf,
                                        const MovieTrack& track, const Data& data) {
  TrackState& state = state_of(track.track.id);
  FLU_TRY_ASSIGN(std::int64_t time, start_time(traf, track, state));
  Fragment fragment;
  fragment.track_id = track.track.id;
  fragment.moof_sequence = moof.sequence;
  fragment.samples.resize(traf.count);
  for (std::size_t i = 0; i < traf.count; ++i) {
    const RawSample& raw = moof.samples[traf.first + i];
    SampleEntry& sample = fragment.samples[i];
    // From the sum, not each on its own: 1024 samples of 44.1 kHz are 2089.8 ticks.
    sample.dts = Timestamp{to_90k(time, track.timescale)} + track.time_offset;
    sample.cts = Ticks{to_90k(time + raw.cts, track.timescale)} + track.time_offset - sample.dts;
    time += raw.duration;
    sample.duration = Ticks{to_90k(time, track.timescale)} + track.time_offset - sample.dts;
    sample.sap =
        track.track.kind == TrackKind::kVideo ? sap_of(raw.flags, is_flu_) : media::Sap::kClosed;
    sample.offset = raw.offset;
    sample.size = raw.size;
    FLU_TRY(check_sample(sample, track.track.kind, is_flu_));
  }
  state.next_time = time;
  FLU_TRY_ASSIGN(fragment.payload, take_payload(fragment.samples, data));
  if (!is_flu_) {
    shift_times(state, fragment.samples);
    check_sync_samples(track.track, fragment);
  }
  return fragment;
}

}  // namespace flu::container
