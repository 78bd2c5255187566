#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libcommon/base/result.h"
#include "libcommon/manifest/ll_playlist.h"
#include "libcommon/manifest/part_url.h"
#include "libcommon/manifest/segment_url.h"
#include "libcommon/manifest/track_choice.h"
#include "tools/serve/archive/archive_ask.h"

namespace flu::serve {

// What segments are made of.
enum class Format : std::uint8_t { kTs, kFmp4, kText };

// What a playlist lists.
enum class List : std::uint8_t {
  kSegments,  // of the choice of tracks
  kIndex,     // the same, or variants where there is something to choose from
  kVideos,    // a variant for each video track, with all of audio in its segments
};

// What an address means. The stream's name may hold '/', so it is whatever stands before the part
// that we know.
struct Route {
  enum class Kind {
    kIndex,            // /: which streams there are
    kPlaylist,         // NAME/index.m3u8 and its kin, NAME/tracks-v1a1/index.fmp4.m3u8
    kMpd,              // NAME/index.mpd, NAME/rewind-7200.mpd
    kSegment,          // NAME/tracks-v1a1/2026/11/22/07/10/05123-04000.ts, .m4s, .vtt; of an MPD,
                       // tracks-v1/TICKS.m4s
    kPart,             // NAME/tracks-v1a1/2026/11/22/07/10/05123-p3.m4s
    kInit,             // NAME/tracks-v1a1/init-0123456789abcdef.mp4
    kMpegts,           // NAME/mpegts, NAME/tracks-v1a2/mpegts
    kRadio,            // NAME/shoutcast, NAME/tracks-a2/shoutcast
    kMseLd,            // NAME/mse_ld
    kReport,           // NAME/sessions/ID: what a player tells of how it went
    kStill,            // NAME/preview.mp4
    kJpeg,             // NAME/preview.jpg
    kMjpeg,            // NAME/preview.mjpeg
    kLogo,             // NAME/logo: the image over the player
    kEmbed,            // NAME/embed.html
    kAsset,            // flu/assets/VERSION/FILE
    kTime,             // flu/time: what time it is here
    kRecordingStatus,  // NAME/recording_status.json
    kMovie,            // NAME/archive-FROM-DUR.mp4, NAME/tracks-v1a1/archive-FROM-DUR.mp4
  };
  Kind kind = Kind::kIndex;
  std::string stream;
  Format format = Format::kTs;
  List list = List::kSegments;  // of a playlist
  bool is_low_latency = false;  // of a playlist
  manifest::TrackChoice choice = manifest::TrackChoice::all();
  manifest::TrackChoice filter = manifest::TrackChoice::all();  // what else a track has to be in
  manifest::SegmentTime time;                                   // of a segment
  manifest::PartName part;
  manifest::Directives directives;  // of a low-latency playlist
  std::uint64_t init_hash = 0;      // of an init
  std::string segment_base;     // leads from a playlist to the stream's folder: "", "../", a URL
  std::string query;            // that is carried to the addresses in a playlist
  bool has_audio_only = false;  // a variant without picture is wanted in an index
  std::optional<media::Timestamp> media_time;  // of a segment that an MPD names: its track's start
  std::optional<ArchiveAsk> archive;           // of a playlist: what is not, or not only, live
  std::uint32_t rewind = 0;                    // of an MPD: seconds, 0 for as long as playlists are
  bool is_precise = false;                     // of a movie: exactly the range
  std::optional<std::uint32_t> timelapse;      // of a movie: in how many seconds; 0: at 25 a second
  bool is_in_tracks = false;                   // an MPD in NAME/tracks-v1a1/
  std::string asset;                           // VERSION/FILE

  bool operator==(const Route&) const = default;
};

// `path` is decoded. nullopt: nothing of ours.
std::optional<Route> parse_route(std::string_view path);

// Adds to a playlist's route what stands behind the '?'. kInvalidArgument, in words for the client:
// filter.tracks that cannot be read, or more than may be written to each address of a playlist.
Result<void> take_query(std::string_view query, Route& route);

}  // namespace flu::serve
