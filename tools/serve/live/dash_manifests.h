#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "libcommon/base/clock.h"
#include "libcommon/store/window_reader.h"
#include "tools/serve/http/response.h"
#include "tools/serve/live/dash.h"
#include "tools/serve/live/playlist.h"
#include "tools/serve/route.h"

namespace flu::serve {

// The MPDs of one stream, each built once for a change of the window or of what mpd_state() says.
class DashManifests {
 public:
  // What it is given outlives it.
  DashManifests(TracksOf tracks_of, SummaryOf summary_of);

  // A complete answer; the window has segments.
  Response answer(const store::WindowSnapshot& window, const Route& route, WallTime now);

  void clear() { built_.clear(); }

 private:
  struct Built {
    std::uint64_t generation = 0;
    MpdState state;
    Response response;
  };

  TracksOf tracks_of_;
  SummaryOf summary_of_;
  std::map<std::string, Built, std::less<>> built_;  // by what was asked
};

// Has the stream ended for good? A hub that is restarted also says that it ended, and is back in a
// moment; a player that was told of an end does not ask again.
bool is_over(const store::WindowSnapshot& window, WallTime now);

}  // namespace flu::serve
