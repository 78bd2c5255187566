#include "libcommon/container/mp4/player_segment.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "libcommon/base/byte_writer.h"
#include "libcommon/container/mp4/boxes.h"
#include "libcommon/container/mp4/moof.h"
#include "libcommon/container/mp4/presentation_times.h"
#include "libcommon/container/mp4/segment_box.h"

namespace flu::container {
namespace {

// Where a track's samples lie: one behind the other, as the hub lays them out.
Result<Bytes> range_of(const SegmentTrack& track, Bytes stored) {
  std::uint64_t end = track.samples.front().offset;
  for (const SampleEntry& sample : track.samples) {
    if (sample.offset != end) {
      return fail(ErrorCode::kMalformed,
                  fmt::format("track {}: a sample at byte {}, expected at {}", track.track_id,
                              sample.offset, end));
    }
    end += sample.size;
  }
  return stored.subspan(track.samples.front().offset, track.bytes);
}

void add_range(std::vector<Bytes>& data, Bytes range) {
  if (!data.empty() && data.back().data() + data.back().size() == range.data()) {
    data.back() = {data.back().data(), data.back().size() + range.size()};
  } else if (!range.empty()) {
    data.push_back(range);
  }
}

// Players wait for a moof behind each init.
Buffer write_nothing(const ParsedSegment& segment, std::span<const std::uint32_t> ids) {
  media::Timestamp start{0};
  for (const SegmentTrack& track : segment.tracks) {
    if (track.samples.empty()) continue;
    start = track.samples.front().dts;
    break;
  }
  Buffer bytes;
  ByteWriter out(bytes);
  {
    const BoxScope moof(out, four_cc("moof"));
    {
      const BoxScope mfhd(out, four_cc("mfhd"), 0, 0);
      out.u32(segment.seq);
    }
    for (const std::uint32_t id : ids) write_empty_traf(id, start, out);
  }
  { const BoxScope mdat(out, four_cc("mdat")); }
  return bytes;
}

}  // namespace

Result<PlayerSegment> make_player_segment(Bytes stored, std::span<const std::uint32_t> ids) {
  FLU_TRY_ASSIGN(ParsedSegment segment, parse_segment(stored));
  const std::size_t of_all = segment.tracks.size();
  std::vector<SegmentTrack> chosen;
  PlayerSegment out;
  bool is_as_stored = segment.events.empty();
  for (SegmentTrack& track : segment.tracks) {
    if (std::find(ids.begin(), ids.end(), track.track_id) == ids.end()) continue;
    if (track.samples.empty()) continue;
    FLU_TRY_ASSIGN(const Bytes range, range_of(track, stored));
    add_range(out.data, range);
    if (set_presentation_times(track.samples)) is_as_stored = false;
    chosen.push_back(std::move(track));
  }
  if (chosen.empty()) {
    out.head = write_nothing(segment, ids);
    return out;
  }
  if (chosen.size() == of_all && is_as_stored) {
    out.data = {stored.subspan(segment.moof_offset)};
    return out;
  }
  FLU_TRY_ASSIGN(SegmentHeader header,
                 write_segment_header(segment.seq, chosen, {}, segment.events));
  out.head = std::move(header.bytes);
  return out;
}

}  // namespace flu::container
