#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "libcommon/base/result.h"

namespace flu::manifest {

// What a reader of a foreign HLS stream is to see of its playlists (RFC 8216).
//
// Of a master playlist: the variant of the highest bandwidth, with its group of sound. Of a live
// media playlist: the segments that were not there when it was fetched first, since a server whose
// packager is dead gives the same old ones for ever. A playlist that has ended is seen whole.
// Every URL becomes absolute. Pure.
class PlaylistGate {
 public:
  struct Settings {
    bool takes_first = false;  // the segments of the first fetch, too (skip_stalled_check)
  };
  // The absolute form of a reference in the playlist.
  using Resolve = std::function<Result<std::string>(std::string_view reference)>;

  explicit PlaylistGate(const Settings& settings) : settings_(settings) {}

  // nullopt: nothing that is new; fetch again. kMalformed: it is no playlist, or has no variant.
  Result<std::optional<std::string>> pass(const std::string& url, std::string_view text,
                                          const Resolve& resolve);

  // The first media playlist had ended when it was fetched first: it is a recording.
  [[nodiscard]] bool is_recording() const { return is_recording_; }

 private:
  struct Seen {
    std::uint64_t from = 0;  // the first segment that is taken
    std::uint64_t end = 0;   // behind the last that was there
    bool is_open = false;    // something was new
  };

  Settings settings_;
  std::map<std::string, Seen, std::less<>> seen_;
  bool is_recording_ = false;
  std::optional<std::uint64_t> live_from_;  // of the first media playlist
};

}  // namespace flu::manifest
