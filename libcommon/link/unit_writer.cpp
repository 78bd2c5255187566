#include "libcommon/link/unit_writer.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "libcommon/container/mp4/limits.h"
#include "libcommon/link/interleaver.h"
#include "libcommon/link/limits.h"

namespace flu::link {
namespace {

using container::FragmentInfo;
using container::SampleEntry;
using media::Ticks;
using media::Timestamp;
using media::TrackKind;

// 64-bit NTP (RFC 5905): seconds since 1900 and their binary fraction.
std::uint64_t to_ntp(WallTime wall) {
  constexpr std::uint64_t kFrom1900To1970 = 2'208'988'800;
  const auto since = wall.time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
  const auto micros = static_cast<std::uint64_t>((since - seconds).count());
  const std::uint64_t whole = static_cast<std::uint64_t>(seconds.count()) + kFrom1900To1970;
  return (whole << 32) | ((micros << 32) / 1'000'000);
}

std::uint64_t to_micros(WallTime wall) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(wall.time_since_epoch().count(), 0));
}

}  // namespace

class UnitWriter::Impl {
 public:
  Impl(const container::StreamHead& head, Sink& sink) : head_(head), sink_(&sink) {}

  UnitWriterCounters counters;

  Result<> write(media::Unit unit, const FragmentContext& context) {
    if (context.is_discontinuity) FLU_TRY(break_all());
    if (auto* sample = std::get_if<media::Sample>(&unit)) {
      return interleave(std::move(*sample), context);
    }
    context_ = context;
    lost_ += context.lost;
    if (const auto* changed = std::get_if<media::TracksChanged>(&unit)) {
      return change_tracks(changed->tracks);
    }
    if (const auto* event = std::get_if<media::Event>(&unit)) {
      hold_event(*event);
      return {};
    }
    return break_all();
  }

  Result<> flush() {
    FLU_TRY(release(true));
    return flush_audio();
  }

  Result<> end() {
    FLU_TRY(flush());
    Buffer mark;
    writer_.end(mark);
    return send(std::move(mark), {});
  }

 private:
  // Audio of one track that waits for the video frame behind it.
  struct Batch {
    std::vector<SampleEntry> samples;
    Buffer data;
    std::optional<FragmentInfo> info;
    std::optional<container::ProducerTime> producer_time;
  };

  struct TrackState {
    const media::Track* track = nullptr;
    bool is_broken = false;  // its next fragment says DISCONT
    Batch batch;
  };

  // What is said of a fragment once and holds for those that follow.
  struct Standing {
    std::uint32_t source = 0;
    bool is_slate = false;
    bool is_clock_unsure = false;

    bool operator==(const Standing&) const = default;
  };

  // What is held belongs in front of the break.
  Result<> break_all() {
    FLU_TRY(release(true));
    for (auto& [id, state] : states_) {
      state.is_broken = true;
    }
    return {};
  }

  Result<> flush_audio() {
    Buffer header;
    append_batches(std::nullopt, header);
    if (header.empty()) return {};
    return send(std::move(header), {});
  }

  Result<> interleave(media::Sample sample, const FragmentContext& context) {
    const bool may_go = !has_tracks_ || interleaver_.admit(sample);
    FLU_TRY(release(false));
    if (may_go) return write_sample(std::move(sample), context);
    interleaver_.hold(std::move(sample), context);
    return {};
  }

  Result<> release(bool all) {
    while (auto held = interleaver_.next(all)) {
      FLU_TRY(write_sample(std::move(held->sample), held->context));
    }
    return {};
  }

  Result<> change_tracks(const media::Tracks& tracks) {
    if (has_tracks_ && tracks == tracks_) return {};
    FLU_TRY(flush());
    interleaver_.set_tracks(tracks);
    tracks_ = tracks;
    std::map<std::uint32_t, TrackState> states;
    for (const media::Track& track : tracks_) {
      TrackState& state = states[track.id];
      state.track = &track;
      const auto before = states_.find(track.id);
      state.is_broken = before != states_.end() && before->second.is_broken;
    }
    states_ = std::move(states);
    const media::Track* main = media::main_track(tracks_);
    main_id_ = main != nullptr ? main->id : 0;
    has_tracks_ = true;
    must_start_ = true;
    standing_.reset();
    return {};
  }

  Result<> write_sample(media::Sample sample, const FragmentContext& context) {
    context_ = context;
    lost_ += context.lost;
    const auto found = states_.find(sample.track_id);
    if (found == states_.end() || sample.data.size() > container::kMaxSampleBytes ||
        !is_in_range(sample.dts)) {
      ++counters.refused;
      return {};
    }
    if (is_dropped(sample)) return {};
    ++counters.samples;
    TrackState& state = found->second;
    const SampleEntry entry = make_entry(sample, *state.track);
    if (state.track->kind == TrackKind::kAudio) return hold_audio(state, entry, sample.data);
    return send_sample(state, entry, std::move(sample.data));
  }

  [[nodiscard]] bool is_in_range(Timestamp dts) const {
    if (head_.times == container::TimeBase::kUtc) return media::is_utc(dts);
    return dts.count() >= 0 && dts < media::kMaxUtc;
  }

  // Whether a slow reader costs this sample. Only a key frame of the main track ends the dropping.
  bool is_dropped(const media::Sample& sample) {
    const bool has_room = sink_->has_room();
    if (is_dropping_) {
      is_dropping_ = !has_room || sample.track_id != main_id_ || !sample.is_key();
      if (is_dropping_) note_dropped(1);
      return is_dropping_;
    }
    if (has_room) return false;
    is_dropping_ = true;
    has_loss_ = true;
    ++counters.drops;
    note_dropped(1);
    for (auto& [id, state] : states_) {
      note_dropped(state.batch.samples.size());
      if (state.batch.info) forgive(state, *state.batch.info);
      state.batch = {};
    }
    return true;
  }

  // What a dropped fragment would have said must be said by a later one.
  void forgive(TrackState& state, const FragmentInfo& info) {
    if ((info.flags & container::kDiscont) != 0) state.is_broken = true;
    lost_ += info.lost;
    standing_.reset();
  }

  void note_dropped(std::size_t count) {
    counters.dropped_samples += count;
    lost_ += static_cast<std::uint32_t>(count);
  }

  static SampleEntry make_entry(const media::Sample& sample, const media::Track& track) {
    const Ticks longest =
        track.kind == TrackKind::kSubtitle ? container::kMaxTextDuration : container::kMaxDuration;
    SampleEntry entry;
    entry.dts = sample.dts;
    entry.cts = std::clamp(sample.cts, Ticks{0}, container::kMaxCts - Ticks{1});
    const bool is_known = sample.duration.count() > 0 && sample.duration < longest;
    entry.duration = is_known ? sample.duration : track.nominal_duration;
    entry.sap = sample.sap;
    entry.size = static_cast<std::uint32_t>(sample.data.size());
    return entry;
  }

  Result<> hold_audio(TrackState& state, const SampleEntry& entry, Bytes data) {
    Batch& batch = state.batch;
    if (!batch.samples.empty()) {
      const SampleEntry& last = batch.samples.back();
      const Ticks step = entry.dts - last.dts;
      const Ticks usual = std::max(last.duration, state.track->nominal_duration);
      // Times inside a fragment are told by durations alone, so a gap begins another.
      const bool follows = step.count() > 0 && step <= usual + usual / 2;
      const Ticks span = entry.dts + entry.duration - batch.samples.front().dts;
      if (!follows || span > kAudioFragment || needs_info(state, false, entry.dts)) {
        FLU_TRY(flush_audio());
      } else {
        batch.samples.back().duration = step;
      }
    }
    if (batch.samples.empty()) {
      batch.info = make_info(state, false, entry.dts);
      batch.producer_time = make_producer_time(state, entry);
    }
    batch.samples.push_back(entry);
    append(batch.data, data);
    return {};
  }

  Result<> send_sample(TrackState& state, const SampleEntry& entry, Buffer data) {
    Buffer header;
    append_batches(entry.dts, header);
    begin(entry.dts, header);
    const bool is_key = entry.sap != media::Sap::kNone;
    const bool is_video = state.track->kind == TrackKind::kVideo;
    const auto info = make_info(state, is_key && is_video, entry.dts);
    const auto producer_time = is_key ? make_producer_time(state, entry) : std::nullopt;
    writer_.fragment_header(state.track->id, {&entry, 1}, info ? &*info : nullptr,
                            producer_time ? &*producer_time : nullptr, header);
    ++counters.fragments;
    return send(std::move(header), std::move(data));
  }

  // The batches that begin before a video frame's dts, whole; all of them without one.
  void append_batches(std::optional<Timestamp> before, Buffer& header) {
    std::vector<TrackState*> due;
    for (auto& [id, state] : states_) {
      if (state.batch.samples.empty()) continue;
      if (!before || state.batch.samples.front().dts < *before) due.push_back(&state);
    }
    std::sort(due.begin(), due.end(), [](const TrackState* a, const TrackState* b) {
      return a->batch.samples.front().dts < b->batch.samples.front().dts;
    });
    for (TrackState* state : due) {
      Batch& batch = state->batch;
      begin(batch.samples.front().dts, header);
      writer_.fragment_header(state->track->id, batch.samples, batch.info ? &*batch.info : nullptr,
                              batch.producer_time ? &*batch.producer_time : nullptr, header);
      append(header, batch.data);
      ++counters.fragments;
      batch.samples.clear();
      batch.data.clear();
      batch.info.reset();
      batch.producer_time.reset();
    }
  }

  // What stands before a fragment: the moov where one is due, and the events that wait.
  void begin(Timestamp first, Buffer& header) {
    if (std::exchange(must_start_, false)) writer_.start(head_, tracks_, header, first);
    append(header, events_);
    events_.clear();
  }

  [[nodiscard]] Standing standing_now() const {
    return {context_.source, context_.is_slate, context_.is_clock_unsure};
  }

  [[nodiscard]] bool needs_info(const TrackState& state, bool is_video_key, Timestamp dts) const {
    if (state.is_broken || has_loss_ || lost_ > 0 || is_video_key) return true;
    if (standing_ != standing_now()) return true;
    return state.track->id == main_id_ && (!last_info_ || dts - *last_info_ >= kInfoInterval);
  }

  std::optional<FragmentInfo> make_info(TrackState& state, bool is_video_key, Timestamp dts) {
    if (!needs_info(state, is_video_key, dts)) return std::nullopt;
    FragmentInfo info;
    info.arrival_us = to_micros(context_.arrival);
    info.source = context_.source;
    info.lost = std::exchange(lost_, 0);
    if (std::exchange(state.is_broken, false)) info.flags |= container::kDiscont;
    if (std::exchange(has_loss_, false) || info.lost > 0) info.flags |= container::kLoss;
    if (context_.is_slate) info.flags |= container::kSlate;
    if (context_.is_clock_unsure) info.flags |= container::kClockUnsure;
    standing_ = standing_now();
    if (state.track->id == main_id_) last_info_ = dts;
    return info;
  }

  std::optional<container::ProducerTime> make_producer_time(const TrackState& state,
                                                            const SampleEntry& entry) {
    if (state.track->id != main_id_) return std::nullopt;
    // Below zero after a step back of the source's time.
    if (last_prft_ && entry.dts >= *last_prft_ && entry.dts - *last_prft_ < kInfoInterval) {
      return std::nullopt;
    }
    last_prft_ = entry.dts;
    return container::ProducerTime{main_id_, to_ntp(context_.arrival), entry.dts + entry.cts};
  }

  void hold_event(const media::Event& event) {
    Buffer box;
    if (!writer_.event(event, box) || events_.size() + box.size() > kPendingEventBytes) {
      ++counters.dropped_events;
      return;
    }
    append(events_, box);
  }

  Result<> send(Buffer header, Buffer payload) {
    counters.bytes += header.size() + payload.size();
    return sink_->append(std::move(header), std::move(payload));
  }

  container::StreamHead head_;
  Sink* sink_;
  container::FluWriter writer_;

  Interleaver interleaver_;

  media::Tracks tracks_;
  std::map<std::uint32_t, TrackState> states_;
  std::uint32_t main_id_ = 0;
  bool has_tracks_ = false;
  bool must_start_ = false;

  FragmentContext context_;
  std::optional<Standing> standing_;  // as told last
  std::optional<Timestamp> last_info_;
  std::optional<Timestamp> last_prft_;
  std::uint32_t lost_ = 0;
  bool has_loss_ = false;
  bool is_dropping_ = false;
  Buffer events_;
};

UnitWriter::UnitWriter(const container::StreamHead& head, Sink& sink)
    : impl_(std::make_unique<Impl>(head, sink)) {}
UnitWriter::~UnitWriter() = default;

Result<> UnitWriter::write(media::Unit unit, const FragmentContext& context) {
  return impl_->write(std::move(unit), context);
}

Result<> UnitWriter::flush() {
  return impl_->flush();
}

Result<> UnitWriter::end() {
  return impl_->end();
}

const UnitWriterCounters& UnitWriter::counters() const {
  return impl_->counters;
}

}  // namespace flu::link
