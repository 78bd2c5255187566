#pragma once

#include <cstddef>
#include <vector>

#include "libcommon/manifest/media_playlist.h"
#include "libcommon/media/sample.h"

namespace flu::serve {

// The breaks that a stream's SCTE-35 announces, each once however often its section is repeated,
// and as it was first seen: a playlist may not change what it said of one.
class SpliceLog {
 public:
  // A section of SCTE-35; one that says nothing (splice_null) or that is known is left out.
  void add(const media::Event& event);

  // Those that reach into what begins at `start`, by time; the others are forgotten only with
  // forget_before().
  [[nodiscard]] std::vector<manifest::MediaPlaylist::DateRange> since(media::Timestamp start) const;

  void forget_before(media::Timestamp start);

 private:
  struct Entry {
    std::uint32_t id = 0;
    manifest::MediaPlaylist::DateRange range;
  };

  std::vector<Entry> entries_;  // by time
};

}  // namespace flu::serve
