#include <algorithm>
#include <cstdlib>
#include <vector>

#include "libcommon/container/mpegts/scte35.h"
#include "libcommon/container/mpegts/ts_muxer.h"
#include "libcommon/container/mpegts/ts_writer.h"

namespace flu::container {
namespace {

constexpr media::Ticks kMaxAudioPes{9'000};  // 100 ms
constexpr media::Ticks kAudioJitter{90};     // 1 ms: what frames of one PES may be off their place
// Leaves room for the headers of frames in the 16 bits of a PES packet's length.
constexpr std::size_t kMaxAudioPesBytes = 48 << 10;

// Samples of one track that become one PES packet.
struct Group {
  std::size_t track = 0;
  std::size_t first = 0;
  std::size_t count = 0;
  std::size_t bytes = 0;
  media::Timestamp dts{0};
  bool is_last = false;
};

// Time of the frame `index` frames after the first; nullopt where frames have no fixed length.
std::optional<media::Ticks> frames_after(const media::Track& track, std::size_t index) {
  if (track.kind != media::TrackKind::kAudio) return std::nullopt;
  if (track.audio.sample_rate == 0 || track.audio.samples_per_frame == 0) return std::nullopt;
  const std::uint64_t samples = std::uint64_t{track.audio.samples_per_frame} * index;
  return media::Ticks(static_cast<std::int64_t>(samples * 90'000 / track.audio.sample_rate));
}

bool belongs(const media::Track& track, const Group& group, const SampleView& sample) {
  const auto place = frames_after(track, group.count);
  const auto end = frames_after(track, group.count + 1);
  if (!place || !end || *end > kMaxAudioPes) return false;
  if (group.bytes + sample.data.size() > kMaxAudioPesBytes) return false;
  const media::Ticks off = sample.dts - (group.dts + *place);
  return off <= kAudioJitter && off >= -kAudioJitter && sample.cts.count() == 0;
}

// `ordered` holds the samples track by track.
std::vector<Group> make_groups(const mpegts::TsMuxer& muxer,
                               const std::vector<SampleView>& ordered) {
  std::vector<Group> groups;
  std::size_t track = 0;
  for (std::size_t i = 0; i < ordered.size(); ++i) {
    const SampleView& sample = ordered[i];
    const bool is_same = i > 0 && ordered[i - 1].track_id == sample.track_id;
    if (!is_same) {
      if (!groups.empty()) groups.back().is_last = true;
      track = *muxer.index_of(sample.track_id);
    }
    if (is_same && belongs(muxer.tracks()[track], groups.back(), sample)) {
      ++groups.back().count;
      groups.back().bytes += sample.data.size();
    } else {
      groups.push_back({track, i, 1, sample.data.size(), sample.dts, false});
    }
  }
  if (!groups.empty()) groups.back().is_last = true;
  return groups;
}

// A SCTE-35 section for this segment.
struct Splice {
  media::Timestamp at{0};  // first: before everything with this dts
  Buffer section;
};

// When a section came is no longer known. Those that tell of a later time do it the better the
// earlier (SCTE 35 asks for four seconds); the others mean the moment that is their event's time.
std::vector<Splice> make_splices(std::span<const media::Event> events) {
  std::vector<Splice> splices;
  for (const media::Event& event : events) {
    if (event.scheme != media::kScte35Scheme) continue;
    auto section = mpegts::retime_splice_info(event.data, event.time);
    if (!section) continue;
    const auto info = mpegts::parse_splice_info(*section);
    const bool has_time = info && info->pts;
    splices.push_back({has_time ? media::Timestamp::min() : event.time, std::move(*section)});
  }
  std::stable_sort(splices.begin(), splices.end(),
                   [](const Splice& a, const Splice& b) { return a.at < b.at; });
  return splices;
}

// The samples of the muxer's tracks, track by track, each by dts.
std::vector<SampleView> order(const mpegts::TsMuxer& muxer, std::span<const SampleView> samples) {
  struct Key {
    std::size_t track;
    std::size_t index;
  };
  std::vector<Key> keys;
  keys.reserve(samples.size());
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (samples[i].data.empty()) continue;
    if (const auto track = muxer.index_of(samples[i].track_id)) keys.push_back({*track, i});
  }
  std::stable_sort(keys.begin(), keys.end(), [&](const Key& a, const Key& b) {
    if (a.track != b.track) return a.track < b.track;
    return samples[a.index].dts < samples[b.index].dts;
  });
  std::vector<SampleView> ordered;
  ordered.reserve(keys.size());
  for (const Key& key : keys) ordered.push_back(samples[key.index]);
  return ordered;
}

}  // namespace

Result<Buffer> mux_ts_segment(const media::Tracks& tracks, std::span<const SampleView> samples,
                              const TsWriterOptions& options,
                              std::span<const media::Event> events) {
  mpegts::TsMuxer muxer(tracks, options);
  const std::vector<Splice> splices = make_splices(events);
  if (!splices.empty()) muxer.announce_splices();
  FLU_TRY(muxer.status());

  const std::vector<SampleView> ordered = order(muxer, samples);
  std::vector<Group> groups = make_groups(muxer, ordered);
  std::stable_sort(groups.begin(), groups.end(), [](const Group& a, const Group& b) {
    return a.dts != b.dts ? a.dts < b.dts : a.track < b.track;
  });

  std::size_t size = std::size_t{16} * 1024 * (tracks.size() + 1);  // what alignment takes
  for (const Splice& each : splices) size += each.section.size() + 2 * mpegts::kPacketSize;
  for (const Group& group : groups) {
    size += muxer.max_bytes(group.track, group.count, group.bytes);
  }
  Buffer out;
  out.reserve(size);
  muxer.write_tables(out);
  auto splice = splices.begin();
  for (const Group& group : groups) {
    for (; splice != splices.end() && splice->at <= group.dts; ++splice) {
      muxer.write_splice(splice->section, out);
    }
    const std::span<const SampleView> part(ordered.data() + group.first, group.count);
    FLU_TRY(muxer.write({group.track, part, group.is_last, true}, out));
  }
  for (; splice != splices.end(); ++splice) muxer.write_splice(splice->section, out);
  muxer.align_tables(out);
  return out;
}

}  // namespace flu::container
