#include "tools/serve/live/ts_segment.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "libcommon/base/crc32c.h"
#include "libcommon/container/mp4/segment_box.h"
#include "libcommon/container/mpegts/ts_writer.h"

namespace flu::serve {

Result<TsSegment> make_ts_segment(Bytes stored, const media::Tracks& tracks) {
  FLU_TRY_ASSIGN(const container::ParsedSegment parsed, container::parse_segment(stored));
  std::vector<container::SampleView> samples;
  for (const auto& track : parsed.tracks) {
    if (media::find_track(tracks, track.track_id) == nullptr) continue;
    for (const auto& entry : track.samples) {
      samples.push_back({track.track_id, entry.dts, entry.cts, entry.sap != media::Sap::kNone,
                         stored.subspan(entry.offset, entry.size)});
    }
  }
  std::stable_sort(samples.begin(), samples.end(),
                   [](const auto& a, const auto& b) { return a.dts < b.dts; });
  TsSegment segment;
  FLU_TRY_ASSIGN(segment.bytes, container::mux_ts_segment(tracks, samples, {}, parsed.events));
  segment.etag = fmt::format("\"{:08x}-{:x}\"", crc32c(segment.bytes), segment.bytes.size());
  return segment;
}

}  // namespace flu::serve
