#include "libcommon/container/mp4/stored_samples.h"

#include <span>
#include <utility>

#include <fmt/format.h>

#include "libcommon/container/mp4/boxes.h"
#include "libcommon/container/mp4/limits.h"

namespace flu::container {
namespace {

struct FoundMoof {
  Bytes payload;
  std::uint64_t offset = 0;
};

Result<FoundMoof> find_moof(Bytes head) {
  ByteReader reader(head);
  while (true) {
    const std::size_t at = head.size() - reader.remaining();
    FLU_TRY_ASSIGN(const std::optional<Box> box, next_box(reader));
    if (!box) return fail(ErrorCode::kMalformed, "segment without moof");
    if (box->type == four_cc("moof")) return FoundMoof{box->payload, at};
  }
}

}  // namespace

Result<std::vector<SampleEntry>> read_stored_samples(const Moof& moof, const RawTraf& traf) {
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
    sample.offset = raw.offset;
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

Result<std::vector<SegmentTrack>> parse_segment_head(Bytes head, std::uint64_t size) {
  FLU_TRY_ASSIGN(const FoundMoof found, find_moof(head));
  Moof moof;
  FLU_TRY(parse_moof(found.payload, {nullptr, kMaxRunSamples, std::nullopt}, moof));
  std::vector<SegmentTrack> tracks;
  for (const RawTraf& traf : moof.trafs) {
    if (traf.count == 0) continue;
    SegmentTrack track;
    track.track_id = traf.file_id;
    FLU_TRY_ASSIGN(track.samples, read_stored_samples(moof, traf));
    for (SampleEntry& sample : track.samples) {
      const std::uint64_t begin = found.offset + sample.offset;
      if (begin + sample.size > size) {
        return fail(ErrorCode::kMalformed,
                    fmt::format("track {}: a sample ends at byte {}, the segment at {}",
                                track.track_id, begin + sample.size, size));
      }
      sample.offset = static_cast<std::uint32_t>(begin);
      track.bytes += sample.size;
    }
    tracks.push_back(std::move(track));
  }
  return tracks;
}

}  // namespace flu::container
