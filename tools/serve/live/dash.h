#pragma once

#include "libcommon/base/result.h"
#include "libcommon/manifest/mpd.h"
#include "libcommon/store/window_reader.h"
#include "tools/serve/live/playlist.h"
#include "tools/serve/route.h"

namespace flu::serve {

// The MPD of a window: the segments that playlists show, or as many of them as last route.rewind
// seconds, one Period for each run of equal tracks: times are UTC, so a discontinuity needs none.
// Only tracks that fragmented MP4 has for players. Errors as of select_tracks().
Result<manifest::Mpd> make_mpd(const store::WindowSnapshot& window, const TracksOf& tracks_of,
                               const SummaryOf& summary_of, const Route& route, bool has_ended);

}  // namespace flu::serve
