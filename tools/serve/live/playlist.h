#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "libcommon/base/result.h"
#include "libcommon/container/mp4/segment_summary.h"
#include "libcommon/manifest/media_playlist.h"
#include "libcommon/manifest/track_choice.h"
#include "libcommon/media/sample.h"
#include "libcommon/media/track.h"
#include "libcommon/store/window_reader.h"
#include "tools/serve/route.h"

namespace flu::serve {

// The tracks of the segments with this init_hash; null where they cannot be told.
using TracksOf = std::function<const media::Tracks*(const segment::IndexRecord&)>;

// Which of a stream's tracks an address gives, and how they are named in the addresses of segments.
struct Selection {
  media::Tracks tracks;
  std::string names;  // "v1a1"
};

// Those that are both in `choice` and in `filter`. kNotFound: no such tracks; kUnsupported: none
// that this format has. In words for the client.
Result<Selection> select_tracks(const media::Tracks& tracks, const manifest::TrackChoice& choice,
                                Format format,
                                const manifest::TrackChoice& filter = manifest::TrackChoice::all());

// What a segment says of itself; null where it cannot be read.
using SummaryOf = std::function<const container::SegmentSummary*(const segment::IndexRecord&)>;

// The newest records that a playlist shows, oldest first, without a hole in their numbers.
std::span<const segment::IndexRecord> shown(const store::WindowSnapshot& window);

// How this track begins in that segment.
media::Sap first_sap(const segment::IndexRecord& record, const media::Tracks& all,
                     std::uint32_t track_id, const SummaryOf& summary_of);

// The HLS playlist of a window for a choice of tracks: its newest segments, from behind the last
// hole in their numbers or the last one without any of the tracks. Errors as of select_tracks(),
// where no segment is left.
Result<manifest::MediaPlaylist> make_playlist(const store::WindowSnapshot& window,
                                              const TracksOf& tracks_of,
                                              const SummaryOf& summary_of, const Route& route);

// Does something break between these, which follow each other in an archive? A hole, other tracks,
// or what the stream's own counter of discontinuities knows of.
bool is_break(const segment::IndexRecord& before, const segment::IndexRecord& after);

// The same of segments of an archive, in order of time: all of them that have such tracks, with a
// discontinuity at each break. It begins with none, whatever was before.
Result<manifest::MediaPlaylist> make_recorded_playlist(
    std::span<const segment::IndexRecord> records, const TracksOf& tracks_of, const Route& route);

}  // namespace flu::serve
