#pragma once

#include "libcommon/base/result.h"
#include "libcommon/manifest/mpd.h"
#include "libcommon/store/window_reader.h"
#include "tools/serve/live/playlist.h"
#include "tools/serve/route.h"

namespace flu::serve {

// What an MPD says that the clock changes, not the window.
struct MpdState {
  bool has_ended = false;  // for good
  // Behind a break (store::is_break) a player needs three segments, as at a start: with one it is
  // at the live edge and stands at each that follows. Until they are there, what was before is
  // listed.
  bool waits = false;
  // For how long nothing new is listed, in steps of twice the target duration. While a source is
  // away the depth grows: what is listed can still be fetched. dash.js 5.2 takes a list that ends
  // before now - depth for one whose clock is behind, and is late by as much from then on.
  std::int64_t quiet_steps = 0;

  bool operator==(const MpdState&) const = default;
};

// The window has segments.
MpdState mpd_state(const store::WindowSnapshot& window, media::Timestamp now, bool has_ended);

// The MPD of a window: the segments that playlists show, or as many of them as last route.rewind
// seconds, one Period for each run (store::begins_run): times are UTC, so a discontinuity needs
// none. Only tracks that fragmented MP4 has for players. Errors as of select_tracks().
Result<manifest::Mpd> make_mpd(const store::WindowSnapshot& window, const TracksOf& tracks_of,
                               const SummaryOf& summary_of, const Route& route, MpdState state);

}  // namespace flu::serve
