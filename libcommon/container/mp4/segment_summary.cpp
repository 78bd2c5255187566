#include "libcommon/container/mp4/segment_summary.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "libcommon/base/byte_writer.h"
#include "libcommon/container/mp4/boxes.h"
#include "libcommon/container/mp4/limits.h"
#include "libcommon/container/mp4/meta_boxes.h"
#include "libcommon/container/mp4/moof.h"
#include "libcommon/container/mp4/presentation_times.h"
#include "libcommon/container/mp4/silence.h"
#include "libcommon/container/mp4/stored_samples.h"
#include "libcommon/container/mpegts/ts_size.h"

namespace flu::container {
namespace {

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
    FLU_TRY_ASSIGN(auto samples, read_stored_samples(moof, traf));
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
