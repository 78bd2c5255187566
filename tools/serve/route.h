#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libcommon/manifest/segment_url.h"
#include "libcommon/manifest/track_choice.h"

namespace flu::serve {

// What segments are made of.
enum class Format : std::uint8_t { kTs, kFmp4 };

// What an address means. The stream's name may hold '/', so it is whatever stands before the part
// that we know.
struct Route {
  enum class Kind {
    kIndex,     // /: which streams there are
    kPlaylist,  // NAME/index.m3u8 and its kin, NAME/tracks-v1a1/index.fmp4.m3u8
    kSegment,   // NAME/tracks-v1a1/2026/11/22/07/10/05123-04000.ts, .m4s
    kInit,      // NAME/tracks-v1a1/init-0123456789abcdef.mp4
    kMpegts,    // NAME/mpegts
    kEmbed,     // NAME/embed.html
    kAsset,     // flu/assets/VERSION/FILE
  };
  Kind kind = Kind::kIndex;
  std::string stream;
  Format format = Format::kTs;
  manifest::TrackChoice choice = manifest::TrackChoice::all();
  manifest::SegmentTime time;     // of a segment
  std::uint64_t init_hash = 0;    // of an init
  std::string_view segment_base;  // what leads from a playlist's folder to the stream's: "", "../"
  std::string asset;              // VERSION/FILE

  bool operator==(const Route&) const = default;
};

// `path` is decoded. nullopt: nothing of ours.
std::optional<Route> parse_route(std::string_view path);

}  // namespace flu::serve
