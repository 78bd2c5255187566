#pragma once

#include <string>

#include "libcommon/base/result.h"
#include "libcommon/manifest/track_choice.h"
#include "libcommon/media/track.h"

namespace flu::serve {

// Which tracks of a stream a realtime client wants, as it asked for them.
struct WantedTracks {
  manifest::TrackChoice choice = manifest::TrackChoice::all();
  manifest::TrackChoice filter = manifest::TrackChoice::all();  // what else a track has to be in

  bool operator==(const WantedTracks&) const = default;

  // Those of `all` that are wanted; maybe none.
  [[nodiscard]] media::Tracks of(const media::Tracks& all) const;

  // kNotFound, in words for the client: one that was asked for by its number is not there, or
  // nothing at all is left.
  [[nodiscard]] Result<void> check(const media::Tracks& all) const;

  [[nodiscard]] std::string key() const;
};

}  // namespace flu::serve
