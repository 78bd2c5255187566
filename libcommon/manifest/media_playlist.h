#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libcommon/base/bytes.h"
#include "libcommon/media/time.h"

namespace flu::manifest {

struct MediaSegment {
  std::string uri;  // relative to the playlist
  std::string map;  // of the init of fragmented MP4; empty for MPEG-TS
  media::Timestamp start{0};
  media::Ticks duration{0};
  bool is_discontinuity = false;  // against the segment before it
};

// An HLS media playlist (RFC 8216; draft-pantos-hls-rfc8216bis).
struct MediaPlaylist {
  using Segment = MediaSegment;

  // EXT-X-PLAYLIST-TYPE (RFC 8216 4.3.3.5); kLive has none: its oldest segments go.
  enum class Type : std::uint8_t { kLive, kEvent, kVod };

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
  Type type = Type::kLive;
  bool has_end = false;  // EXT-X-ENDLIST: nothing more is coming
  std::vector<DateRange> date_ranges;
  std::vector<Segment> segments;
};

std::string write_media_playlist(const MediaPlaylist& playlist);

// Its pieces. TARGETDURATION as it has to be, of all segments.
std::uint32_t target_duration_of(const MediaPlaylist& playlist);
// From EXT-X-INDEPENDENT-SEGMENTS to EXT-X-TARGETDURATION and the sequence numbers.
void write_playlist_head(const MediaPlaylist& playlist, std::string& out);
// The tags that stand before a segment's parts and EXTINF; `map` is that of the segment before it.
void write_segment_tags(const MediaSegment& segment, std::string_view map, std::string& out);
void write_segment_uri(const MediaSegment& segment, std::string& out);

// EXT-X-PROGRAM-DATE-TIME: "2026-11-22T07:10:05.123Z", rounded down to the millisecond.
std::string write_date_time(media::Timestamp time);

// Seconds, to the microsecond.
void write_seconds(media::Ticks duration, std::string& out);

}  // namespace flu::manifest
