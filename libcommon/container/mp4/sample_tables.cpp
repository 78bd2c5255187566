// Tested by tests/unit/container/mp4/movie_file_test.cpp
#include "libcommon/container/mp4/sample_tables.h"

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "libcommon/container/mp4/boxes.h"
#include "libcommon/container/mp4/sample_entry.h"
#include "libcommon/container/mp4/track_boxes.h"

namespace flu::container {
namespace {

using media::Ticks;

constexpr std::int64_t kMaxField = std::numeric_limits<std::uint32_t>::max();

// How far sound may be from where its timestamps have it, rounded to 90 kHz as they are, so that
// its frames last as long as they do.
constexpr std::int64_t kDriftDivisor = 500;  // 2 ms

// Above it, a rate is none that sound has.
constexpr std::uint32_t kMaxSampleRate = 768'000;

std::uint32_t timescale_of(const media::Track& track) {
  const bool is_counted = track.kind == media::TrackKind::kAudio && track.audio.sample_rate > 0 &&
                          track.audio.sample_rate <= kMaxSampleRate;
  return is_counted ? track.audio.sample_rate : 90'000;
}

template <typename Runs>
void add_to_runs(Runs& runs, std::uint32_t value) {
  if (runs.empty() || runs.back().value != value) runs.push_back({0, value});
  ++runs.back().count;
}

template <typename Runs>
void write_runs(FourCc type, std::uint8_t version, const Runs& runs, ByteWriter& out) {
  const BoxScope box(out, type, version, 0);
  out.u32(static_cast<std::uint32_t>(runs.size()));
  for (const auto& run : runs) {
    out.u32(run.count);
    out.u32(run.value);
  }
}

std::uint64_t positive(std::int64_t value) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(value, 0));
}

}  // namespace

SampleTables::SampleTables(const media::Track& track)
    : track_(track), scale_(timescale_of(track)), nominal_(0) {
  if (track.kind == media::TrackKind::kAudio) nominal_ = track.audio.samples_per_frame;
}

std::int64_t SampleTables::to_scale(Ticks ticks) const {
  const std::int64_t seconds = ticks.count() / 90'000;  // apart: a hostile time is centuries away
  const std::int64_t scaled = ticks.count() % 90'000 * scale_ + 45'000;
  // Rounded, the same below zero.
  return seconds * scale_ + scaled / 90'000 - (scaled % 90'000 < 0 ? 1 : 0);
}

std::uint32_t SampleTables::entry_of(const media::Track& track) {
  Buffer entry;
  ByteWriter out(entry);
  write_sample_entry(track, out);
  auto place = std::find(entries_.begin(), entries_.end(), entry);
  if (place == entries_.end()) place = entries_.insert(place, std::move(entry));
  return static_cast<std::uint32_t>(place - entries_.begin() + 1);
}

void SampleTables::add(const media::Track& track, std::span<const SampleEntry> samples,
                       std::uint64_t offset) {
  if (samples.empty()) return;
  places_.push_back(offset);
  const ChunkRun run{static_cast<std::uint32_t>(places_.size()),
                     static_cast<std::uint32_t>(samples.size()), entry_of(track)};
  const bool is_alike = !chunks_.empty() && chunks_.back().samples == run.samples &&
                        chunks_.back().entry == run.entry;
  if (!is_alike) chunks_.push_back(run);
  sizes_.reserve(sizes_.size() + samples.size());
  for (const SampleEntry& sample : samples) add_sample(sample);
}

void SampleTables::add_sample(const SampleEntry& sample) {
  const std::int64_t wanted = to_scale(sample.dts);
  const Ticks shown = sample.dts + sample.cts;
  if (sizes_.empty()) {
    first_ = last_ = wanted;
    shown_from_ = shown;
    shown_to_ = shown;
  } else {
    std::int64_t duration = wanted - last_;
    if (nominal_ > 0 && std::abs(duration - nominal_) <= scale_ / kDriftDivisor) {
      duration = nominal_;
    }
    duration = std::clamp<std::int64_t>(duration, 1, kMaxField);
    add_to_runs(durations_, static_cast<std::uint32_t>(duration));
    last_ += duration;
  }
  last_duration_ = std::clamp<std::int64_t>(to_scale(sample.duration), 0, kMaxField);
  shown_from_ = std::min(shown_from_, shown);
  shown_to_ = std::max(shown_to_, shown + sample.duration);
  if (track_.kind == media::TrackKind::kAudio && !first_whole_ && shown.count() >= 0) {
    first_whole_ = Start{shown, last_ - first_};
  }
  const std::int64_t offset = sample.cts.count() == 0 ? 0 : to_scale(shown) - last_;
  has_offsets_ = has_offsets_ || offset != 0;
  has_negative_offsets_ = has_negative_offsets_ || offset < 0;
  add_to_runs(offsets_, static_cast<std::uint32_t>(static_cast<std::int32_t>(offset)));
  sizes_.push_back(sample.size);
  if (sample.sap != media::Sap::kNone) syncs_.push_back(static_cast<std::uint32_t>(sizes_.size()));
}

std::size_t SampleTables::bytes() const {
  constexpr std::size_t kRest = 1024;
  const std::size_t syncs = syncs_.size() == sizes_.size() ? 0 : syncs_.size();
  const std::size_t offsets = has_offsets_ ? offsets_.size() : 0;
  return kRest + 4 * (sizes_.size() + syncs) + 8 * (durations_.size() + offsets + places_.size()) +
         12 * chunks_.size();
}

void SampleTables::write(std::uint32_t id, Ticks duration, std::uint64_t media,
                         bool has_long_offsets, ByteWriter& out) const {
  const BoxScope trak(out, four_cc("trak"));
  const Start begin = start();
  const Ticks to = std::max(std::min(shown_to_, duration), begin.time);
  write_tkhd(track_, id, positive(to.count()), out);
  write_edits(begin, to - begin.time, out);
  write_media(media, has_long_offsets, out);
  if (!has_role(track_)) return;
  const BoxScope udta(out, four_cc("udta"));
  write_role(track_, out);
}

// A picture may be cut off that is decoded alone, but of players those that begin in the middle of
// a frame of sound disagree on its time: it begins with the next one.
SampleTables::Start SampleTables::start() const {
  if (shown_from_ < Ticks(0) && first_whole_) return *first_whole_;
  const Ticks from = std::max(shown_from_, Ticks(0));
  return {from, std::max<std::int64_t>(to_scale(from) - first_, 0)};
}

// edts (8.6.5): what is shown first stands so long behind the movie's beginning; what is decoded
// before it is not shown.
void SampleTables::write_edits(const Start& start, Ticks duration, ByteWriter& out) const {
  const bool is_delayed = start.time.count() > 0;
  const std::uint8_t version = start.time.count() > kMaxField || duration.count() > kMaxField ||
                                       start.media > std::numeric_limits<std::int32_t>::max()
                                   ? 1
                                   : 0;
  const BoxScope edts(out, four_cc("edts"));
  const BoxScope elst(out, four_cc("elst"), version, 0);
  out.u32(is_delayed ? 2 : 1);
  const auto write_edit = [&](std::int64_t length, std::int64_t from) {
    if (version == 1) {
      out.u64(positive(length));
      out.u64(static_cast<std::uint64_t>(from));
    } else {
      out.u32(static_cast<std::uint32_t>(length));
      out.u32(static_cast<std::uint32_t>(from));
    }
    out.u32(0x0001'0000);  // rate
  };
  if (is_delayed) write_edit(start.time.count(), -1);
  write_edit(duration.count(), start.media);
}

void SampleTables::write_media(std::uint64_t media, bool has_long_offsets, ByteWriter& out) const {
  const BoxScope mdia(out, four_cc("mdia"));
  write_mdhd(track_, scale_, positive(last_ + last_duration_ - first_), out);
  write_hdlr(track_, out);
  const BoxScope minf(out, four_cc("minf"));
  write_media_information(track_, out);
  write_tables(media, has_long_offsets, out);
}

void SampleTables::write_tables(std::uint64_t media, bool has_long_offsets, ByteWriter& out) const {
  const BoxScope stbl(out, four_cc("stbl"));
  {
    const BoxScope stsd(out, four_cc("stsd"), 0, 0);
    out.u32(static_cast<std::uint32_t>(entries_.size()));
    for (const Buffer& entry : entries_) out.bytes(entry);
  }
  std::vector<Run> durations = durations_;
  if (!sizes_.empty()) add_to_runs(durations, static_cast<std::uint32_t>(last_duration_));
  write_runs(four_cc("stts"), 0, durations, out);
  if (has_offsets_) write_runs(four_cc("ctts"), has_negative_offsets_ ? 1 : 0, offsets_, out);
  if (syncs_.size() < sizes_.size()) {
    const BoxScope stss(out, four_cc("stss"), 0, 0);
    out.u32(static_cast<std::uint32_t>(syncs_.size()));
    for (const std::uint32_t number : syncs_) out.u32(number);
  }
  {
    const BoxScope stsz(out, four_cc("stsz"), 0, 0);
    out.u32(0);
    out.u32(static_cast<std::uint32_t>(sizes_.size()));
    for (const std::uint32_t size : sizes_) out.u32(size);
  }
  write_chunks(media, has_long_offsets, out);
}

void SampleTables::write_chunks(std::uint64_t media, bool has_long_offsets, ByteWriter& out) const {
  {
    const BoxScope stsc(out, four_cc("stsc"), 0, 0);
    out.u32(static_cast<std::uint32_t>(chunks_.size()));
    for (const ChunkRun& run : chunks_) {
      out.u32(run.first);
      out.u32(run.samples);
      out.u32(run.entry);
    }
  }
  const BoxScope box(out, has_long_offsets ? four_cc("co64") : four_cc("stco"), 0, 0);
  out.u32(static_cast<std::uint32_t>(places_.size()));
  for (const std::uint64_t place : places_) {
    if (has_long_offsets) {
      out.u64(media + place);
    } else {
      out.u32(static_cast<std::uint32_t>(media + place));
    }
  }
}

}  // namespace flu::container
