#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libcommon/manifest/media_playlist.h"
#include "libcommon/media/time.h"

namespace flu::manifest {

// A Low-Latency HLS media playlist (draft-pantos-hls-rfc8216bis 4.4.3.7, 4.4.3.8, 4.4.4.9, 4.4.5).
struct LlPlaylist {
  struct Part {
    std::string uri;
    media::Ticks duration{0};
    bool is_independent = false;
  };
  struct Report {
    std::string uri;  // of another rendition, which ends as this one does
  };

  MediaPlaylist media;                   // the complete segments
  std::vector<std::vector<Part>> parts;  // of the newest of them, in their order
  std::optional<MediaSegment> growing;   // what is known of the segment behind them
  std::vector<Part> growing_parts;
  std::string hint;  // URI of the part that comes next; empty: none can be told
  media::Ticks part_target{0};
  std::vector<Report> reports;
};

// Parts are listed of those segments alone that begin within three target durations of the end.
// `is_delta`: an answer to _HLS_skip=YES; the whole list where there is nothing to skip.
std::string write_ll_playlist(const LlPlaylist& playlist, bool is_delta);

// Delivery directives (6.2.5) of a request for a playlist.
struct Directives {
  std::optional<std::uint64_t> msn;
  std::optional<std::uint64_t> part;
  bool wants_delta = false;

  bool operator==(const Directives&) const = default;
};

// The values of _HLS_msn, _HLS_part and _HLS_skip, empty where not there. nullopt: one of them is
// no number, or _HLS_part is without _HLS_msn.
std::optional<Directives> parse_directives(const std::string& msn, const std::string& part,
                                           const std::string& skip);

}  // namespace flu::manifest
