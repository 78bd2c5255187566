#pragma once

#include <cstdint>
#include <vector>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "libcommon/container/mp4/flu_stream.h"
#include "libcommon/container/mp4/silence.h"
#include "libcommon/media/sample.h"
#include "libcommon/media/time.h"

namespace flu::container {

// What a stored segment says of itself in front of its media.
struct SegmentSummary {
  struct Track {
    std::uint32_t track_id = 0;
    media::Timestamp start{0};  // of the presentation, as players get it (tfdt)
    media::Timestamp end{0};    // where the next segment begins, unless the stream breaks there
    std::uint32_t samples = 0;
    std::uint64_t fmp4_bytes =
        0;                       // alone as fragmented MP4: samples and what the moof says of them
    std::uint64_t ts_bytes = 0;  // alone as MPEG-TS, about, without tables
    media::Sap first_sap = media::Sap::kNone;

    bool operator==(const Track&) const = default;
  };
  std::vector<Track> tracks;          // those with samples, silence put in (silence.h) or not
  std::vector<media::Event> splices;  // its events of SCTE-35

  bool operator==(const SegmentSummary&) const = default;
};

// `head` is a stored segment's beginning, to the end of its moof or further; `tracks` those of its
// init, `time` its own. kMalformed where it is none, or a time is outside of docs/format.md's
// bounds.
Result<SegmentSummary> summarize_segment(Bytes head, const media::Tracks& tracks,
                                         const Stretch& time);

}  // namespace flu::container
