#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "libcommon/base/result.h"
#include "libcommon/service/stream_options.h"
#include "tools/serve/live/mpegts_output.h"
#include "tools/serve/live/stream_feed.h"
#include "tools/serve/live/wanted_tracks.h"

namespace flu::serve {

// One stream as MPEG-TS, for each choice of its tracks that somebody watches.
class MpegtsOutputs {
 public:
  // `changed` is called when clients can start, or when there is no hope that they will.
  MpegtsOutputs(StreamFeed& feed, std::string name, std::function<void()> changed);

  // What the configuration says of the stream. The service is renamed for who watches already;
  // other PIDs are for who comes.
  void configure(const service::StreamOptions& options);

  // Somebody wants that choice. It is there until the next open(). In words for the client:
  // kNotFound, the stream has no such track; kUnavailable, kMaxTrackOutputs others are watched.
  Result<MpegtsOutput*> open(const WantedTracks& wanted);

 private:
  bool make_room();

  StreamFeed* feed_;
  std::string name_;
  MpegtsMuxer::Service service_;
  PidWishes pids_;
  std::optional<std::chrono::milliseconds> prepush_;
  std::function<void()> changed_;
  std::map<std::string, std::unique_ptr<MpegtsOutput>> outputs_;
};

}  // namespace flu::serve
