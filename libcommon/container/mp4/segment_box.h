#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "libcommon/container/mp4/flu_stream.h"

namespace flu::container {

// A stored segment: [prft][emsg...][FLU-FRAG] moof mdat, one traf a track, samples laid out track
// by track. It can be read without its init: every traf says its own defaults.

struct SegmentTrack {
  std::uint32_t track_id = 0;
  std::vector<SampleEntry>
      samples;              // durations final: next dts - dts; offsets into the track's bytes
  std::uint64_t bytes = 0;  // sum of the sizes
};

// Everything up to and including the mdat header.
struct SegmentHeader {
  Buffer bytes;
  std::uint32_t moof_offset = 0;  // of the moof in `bytes`
  std::uint32_t moof_size = 0;
  std::uint32_t dropped_events = 0;  // did not fit before the moof (65 535 bytes)
};

// A pure function of its arguments; mfhd = seq. The tracks' bytes follow in the order given; one
// without samples is left out. kLimitExceeded where a bound of docs/format.md would be passed.
Result<SegmentHeader> write_segment_header(std::uint32_t seq, std::span<const SegmentTrack> tracks,
                                           std::span<const ProducerTime> producer_times,
                                           std::span<const media::Event> events,
                                           const FragmentInfo* info = nullptr);

// A whole segment read back: sample offsets are into `segment`.
struct ParsedSegment {
  std::uint32_t seq = 0;
  std::vector<SegmentTrack> tracks;  // sample offsets are absolute in the segment's bytes
  std::vector<media::Event> events;
  std::vector<ProducerTime> producer_times;
  std::optional<FragmentInfo> info;
  std::uint32_t moof_offset = 0;
  std::uint32_t data_offset = 0;  // of the mdat's payload
};
Result<ParsedSegment> parse_segment(Bytes segment);

}  // namespace flu::container
