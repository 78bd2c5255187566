#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "libcommon/manifest/segment_url.h"
#include "libcommon/manifest/track_choice.h"

namespace flu::serve {

// What an address means. The stream's name may hold '/', so it is whatever stands before the part
// that we know.
struct Route {
  enum class Kind {
    kIndex,     // /: which streams there are
    kPlaylist,  // NAME/index.m3u8 and its kin, NAME/tracks-v1a1/index.m3u8
    kSegment,   // NAME/tracks-v1a1/2026/11/22/07/10/05123-04000.ts
    kMpegts,    // NAME/mpegts
  };
  Kind kind = Kind::kIndex;
  std::string stream;
  manifest::TrackChoice choice = manifest::TrackChoice::all();
  manifest::SegmentTime time;     // of a segment
  std::string_view segment_base;  // what leads from a playlist's folder to the stream's: "", "../"

  bool operator==(const Route&) const = default;
};

// `path` is decoded. nullopt: nothing of ours.
std::optional<Route> parse_route(std::string_view path);

}  // namespace flu::serve
