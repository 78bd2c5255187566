#include "libcommon/container/mp4/player_part.h"

#include <algorithm>
#include <utility>

#include "libcommon/base/byte_writer.h"
#include "libcommon/container/mp4/boxes.h"
#include "libcommon/container/mp4/moof.h"

namespace flu::container {

Result<Buffer> write_part_header(std::uint32_t seq, std::span<const SegmentTrack> tracks,
                                 media::Timestamp start) {
  if (std::any_of(tracks.begin(), tracks.end(),
                  [](const SegmentTrack& track) { return !track.samples.empty(); })) {
    FLU_TRY_ASSIGN(SegmentHeader header, write_segment_header(seq, tracks, {}, {}));
    return std::move(header.bytes);
  }
  Buffer bytes;
  ByteWriter out(bytes);
  {
    const BoxScope moof(out, four_cc("moof"));
    {
      const BoxScope mfhd(out, four_cc("mfhd"), 0, 0);
      out.u32(seq);
    }
    for (const SegmentTrack& track : tracks) write_empty_traf(track.track_id, start, out);
  }
  { const BoxScope mdat(out, four_cc("mdat")); }
  return bytes;
}

}  // namespace flu::container
