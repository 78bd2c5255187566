#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "libcommon/manifest/media_playlist.h"
#include "libcommon/manifest/track_choice.h"
#include "libcommon/media/track.h"
#include "libcommon/store/window_reader.h"

namespace flu::serve {

// The tracks of the segments with this init_hash; null where they cannot be told.
using TracksOf = std::function<const media::Tracks*(const segment::IndexRecord&)>;

// The HLS playlist of a window for a choice of tracks: its newest segments, from behind the last
// hole in their numbers or the last one without any of the tracks. nullopt: no segment is left.
std::optional<manifest::MediaPlaylist> make_playlist(const store::WindowSnapshot& window,
                                                     const TracksOf& tracks_of,
                                                     const manifest::TrackChoice& choice,
                                                     std::string_view segment_base);

}  // namespace flu::serve
