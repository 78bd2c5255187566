#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "libcommon/base/result.h"
#include "libcommon/service/stream_options.h"
#include "tools/serve/live/chunk_output.h"
#include "tools/serve/live/station.h"
#include "tools/serve/live/stream_feed.h"
#include "tools/serve/live/ts_pids.h"
#include "tools/serve/live/wanted_tracks.h"

namespace flu::serve {

// One stream as answers without end, MPEG-TS and SHOUTcast, for each choice of its tracks that
// somebody watches.
class ChunkOutputs {
 public:
  // `changed` is called when clients can start, or when there is no hope that they will.
  ChunkOutputs(StreamFeed& feed, std::string name, std::function<void()> changed);

  // What the configuration says of the stream. It is renamed for who watches already; other PIDs
  // are for who comes.
  void configure(const service::StreamOptions& options);

  // Somebody wants that choice. It is there until the next open. In words for the client:
  // kNotFound, the stream has no such track; kUnsupported, nothing that could be sent so;
  // kUnavailable, kMaxTrackOutputs others are watched.
  Result<ChunkOutput*> open_mpegts(const WantedTracks& wanted);
  Result<ChunkOutput*> open_radio(const WantedTracks& wanted);

  [[nodiscard]] std::shared_ptr<const Station> station() const { return station_; }

 private:
  Result<ChunkOutput*> open(const std::string& key, const ChunkOutput::MakeMuxer& make);
  bool make_room();

  StreamFeed* feed_;
  std::string name_;
  std::shared_ptr<Station> station_;  // shared with all who say it
  PidWishes pids_;
  std::optional<std::chrono::milliseconds> prepush_;
  std::function<void()> changed_;
  std::map<std::string, std::unique_ptr<ChunkOutput>> outputs_;
};

}  // namespace flu::serve
