#pragma once

#include <cstdint>
#include <string>
#include <vector>

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

  std::uint32_t target_duration = 0;  // seconds
  std::uint64_t media_sequence = 0;   // of the first segment
  std::uint64_t discontinuity_sequence = 0;
  bool is_independent = false;  // every segment begins with a clean key frame
  std::vector<Segment> segments;
};

std::string write_media_playlist(const MediaPlaylist& playlist);

// EXT-X-PROGRAM-DATE-TIME: "2026-11-22T07:10:05.123Z", rounded down to the millisecond.
std::string write_date_time(media::Timestamp time);

}  // namespace flu::manifest
