#include "tools/serve/live/ts_segment.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "libcommon/container/mp4/segment_box.h"
#include "libcommon/container/mpegts/ts_writer.h"

namespace flu::serve {

Result<SentSegment> make_ts_segment(Bytes stored, const media::Tracks& tracks,
                                    const container::TsWriterOptions& options) {
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
  FLU_TRY_ASSIGN(Buffer bytes, container::mux_ts_segment(tracks, samples, options, parsed.events));
  SentSegment segment{make_body(std::move(bytes)), {}};
  segment.etag = make_etag(segment.body.bytes);
  return segment;
}

}  // namespace flu::serve
