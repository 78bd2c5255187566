#include "libcommon/container/mp4/segment_summary.h"

#include <algorithm>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "libcommon/base/byte_writer.h"
#include "libcommon/container/mp4/boxes.h"
#include "libcommon/container/mp4/limits.h"
#include "libcommon/container/mp4/meta_boxes.h"
#include "libcommon/container/mp4/moof.h"
#include "libcommon/container/mp4/presentation_times.h"
#include "libcommon/container/mp4/silence.h"
#include "libcommon/container/mpegts/ts_size.h"

namespace flu::container {
namespace {

Result<std::vector<SampleEntry>> read_samples(const Moof& moof, const RawTraf& traf) {
  const bool is_timed =
      traf.decode_time && *traf.decode_time < static_cast<std::uint64_t>(media::kMaxUtc.count());
  if (!is_timed || !media::is_utc(media::Timestamp(static_cast<std::int64_t>(*traf.decode_time)))) {
    return fail(ErrorCode::kMalformed,
                fmt::format("track {}: no tfdt in UTC x 90000", traf.file_id));
  }
  media::Timestamp dts(static_cast<std::int64_t>(*traf.decode_time));
  std::vector<SampleEntry> samples;
  samples.reserve(traf.count);
  for (const RawSample& raw : std::span(moof.samples).subspan(traf.first, traf.count)) {
    SampleEntry sample;
    sample.dts = dts;
    sample.cts = media::Ticks(raw.cts);
    sample.duration = media::Ticks(raw.duration);
    sample.sap = sap_of(raw.flags, true);
    sample.size = raw.size;
    const bool is_sane = sample.cts <= kMaxCts && sample.cts >= -kMaxCts &&
                         sample.duration <= kMaxTextDuration && dts < media::kMaxUtc;
    if (!is_sane) {
      return fail(ErrorCode::kMalformed,
                  fmt::format("track {}: a sample {} ticks long, {} from its decode time",
                              traf.file_id, raw.duration, raw.cts));
    }
    dts += sample.duration;
    samples.push_back(sample);
  }
  return samples;
}

// moof, mfhd and mdat around a traf.
constexpr std::uint64_t kAroundTraf = 8 + 16 + 8;

SegmentSummary::Track summarize(const media::Track& track, const Stretch& time,
                                std::vector<SampleEntry> stored, Buffer& scratch) {
  SegmentSummary::Track out;
  out.track_id = track.id;
  if (!stored.empty()) out.ts_bytes = estimate_ts_bytes(track, stored);
  set_presentation_times(stored);
  SegmentTrack filled{track.id, std::move(stored), 0};
  fill_with_silence(track, time, filled);
  const std::vector<SampleEntry>& samples = filled.samples;
  if (samples.empty()) return out;
  out.samples = static_cast<std::uint32_t>(samples.size());
  out.first_sap = samples.front().sap;
  out.start = samples.front().dts;
  out.end = samples.back().dts + samples.back().duration;
  for (const SampleEntry& sample : samples) out.fmp4_bytes += sample.size;
  scratch.clear();
  ByteWriter writer(scratch);
  write_traf(track.id, samples, nullptr, writer);
  out.fmp4_bytes += scratch.size() + kAroundTraf;
  return out;
}

// An event that cannot be read is left out: the media does not depend on it.
void read_splices(Bytes head, std::vector<media::Event>& out) {
  ByteReader reader(head);
  while (true) {
    const auto box = next_box(reader);
    if (!box || !*box || (*box)->type == four_cc("moof")) return;
    if ((*box)->type != four_cc("emsg")) continue;
    auto event = parse_emsg((*box)->payload);
    if (!event || !*event || (*event)->is_relative) continue;
    if ((*event)->event.scheme == media::kScte35Scheme) out.push_back(std::move((*event)->event));
  }
}

}  // namespace

Result<SegmentSummary> summarize_segment(Bytes head, const media::Tracks& tracks,
                                         const Stretch& time) {
  FLU_TRY_ASSIGN(const std::optional<Box> box, find_box(head, four_cc("moof")));
  if (!box) return fail(ErrorCode::kMalformed, "segment without moof");
  Moof moof;
  FLU_TRY(parse_moof(box->payload, {nullptr, kMaxRunSamples, std::nullopt}, moof));
  SegmentSummary summary;
  read_splices(head, summary.splices);
  Buffer scratch;
  for (const RawTraf& traf : moof.trafs) {
    const media::Track* const track = media::find_track(tracks, traf.file_id);
    if (track == nullptr || traf.count == 0) continue;
    FLU_TRY_ASSIGN(auto samples, read_samples(moof, traf));
    summary.tracks.push_back(summarize(*track, time, std::move(samples), scratch));
  }
  for (const media::Track& track : tracks) {
    const bool is_there =
        std::any_of(summary.tracks.begin(), summary.tracks.end(),
                    [&](const auto& known) { return known.track_id == track.id; });
    if (is_there) continue;
    auto silent = summarize(track, time, {}, scratch);
    if (silent.samples > 0) summary.tracks.push_back(silent);
  }
  return summary;
}

}  // namespace flu::container
