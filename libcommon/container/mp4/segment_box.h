#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "libcommon/container/mp4/flu_stream.h"

namespace flu::container {

// A stored segment: [prft][emsg...] moof mdat, one traf a track, samples laid out track by track.

struct SegmentTrack {
  std::uint32_t track_id = 0;
  std::vector<SampleEntry>
      samples;              // durations final: next dts - dts; offsets into the track's bytes
  std::uint64_t bytes = 0;  // sum of the sizes
};

// Everything up to and including the mdat header. A pure function of its arguments; mfhd = seq.
struct SegmentHeader {
  Buffer bytes;
  std::uint32_t moof_offset = 0;  // of the moof in `bytes`
  std::uint32_t moof_size = 0;
};
Result<SegmentHeader> write_segment_header(std::uint32_t seq, std::span<const SegmentTrack> tracks,
                                           std::span<const ProducerTime> producer_times,
                                           std::span<const media::Event> events);

// A whole segment read back: sample offsets are into `segment`.
struct ParsedSegment {
  std::uint32_t seq = 0;
  std::vector<SegmentTrack> tracks;  // sample offsets are absolute in the segment's bytes
  std::vector<media::Event> events;
};
Result<ParsedSegment> parse_segment(Bytes segment);

}  // namespace flu::container
