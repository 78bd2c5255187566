#pragma once

#include <cstdint>
#include <map>

#include <nlohmann/json_fwd.hpp>

#include "libcommon/base/clock.h"
#include "libcommon/base/result.h"
#include "libcommon/codec/media_info.h"
#include "libcommon/store/window_writer.h"
#include "tools/segment/fan_out.h"
#include "tools/segment/live_stream.h"
#include "tools/segment/news.h"
#include "tools/segment/producers.h"

namespace flu::hub {

// Remembers the last counters, for rates.
struct Meter {
  MonotonicTime last{};
  std::uint64_t bytes = 0;
  TrackCounts tracks{};
  double time = 0;                                      // s, over which rates were measured
  std::map<std::uint32_t, codec::MeasuredTrack> rates;  // by track
};

struct HubParts {
  const LiveStream& stream;
  const Producers& producers;
  const FanOut& fan_out;
  const News& news;
};

// What the hub tells once a second: bitrate in bits a second, media_info, frames, last timestamp
// ...
nlohmann::json status_counters(const HubParts& hub, Meter& meter, MonotonicTime now);

// The settings after a message of the supervisor with any of segment_duration (seconds), segments
// and segment_count.
Result<store::WindowSettings> changed_settings(const store::WindowSettings& before,
                                               const nlohmann::json& command);

}  // namespace flu::hub
