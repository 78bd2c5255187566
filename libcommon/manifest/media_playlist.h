#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "libcommon/base/bytes.h"
#include "libcommon/media/time.h"

namespace flu::manifest {

// A live HLS media playlist (RFC 8216; draft-pantos-hls-rfc8216bis).
struct MediaPlaylist {
  struct Segment {
    std::string uri;  // relative to the playlist
    std::string map;  // of the init of fragmented MP4; empty for MPEG-TS
    media::Timestamp start{0};
    media::Ticks duration{0};
    bool is_discontinuity = false;  // against the segment before it
  };

  // EXT-X-DATERANGE of SCTE-35 (RFC 8216bis 4.4.5.1.1).
  struct DateRange {
    std::string id;  // unique in the stream
    media::Timestamp start{0};
    media::Ticks planned_duration{0};  // 0: not known
    std::string attribute;             // SCTE35-OUT, SCTE35-IN or SCTE35-CMD
    Buffer section;                    // the splice_info_section
  };

  std::uint32_t target_duration = 0;  // seconds
  std::uint64_t media_sequence = 0;   // of the first segment
  std::uint64_t discontinuity_sequence = 0;
  bool is_independent = false;  // every segment begins with a clean key frame
  std::vector<DateRange> date_ranges;
  std::vector<Segment> segments;
};

std::string write_media_playlist(const MediaPlaylist& playlist);

// EXT-X-PROGRAM-DATE-TIME: "2026-11-22T07:10:05.123Z", rounded down to the millisecond.
std::string write_date_time(media::Timestamp time);

}  // namespace flu::manifest
