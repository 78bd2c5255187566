#include "tools/segment/status_report.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "libcommon/codec/media_info.h"
#include "tools/segment/options.h"

namespace flu::hub {
namespace {

using nlohmann::json;

constexpr double kRateTime = 10;  // s; sources that send in bursts do so within a few

// Bitrate and frame rate of each track, smoothed.
std::map<std::uint32_t, codec::MeasuredTrack> measure(const media::Tracks& tracks,
                                                      const StreamCounters& counters, Meter& meter,
                                                      double seconds) {
  std::map<std::uint32_t, codec::MeasuredTrack> out;
  const TrackCounts before = std::exchange(meter.tracks, counters.tracks);
  meter.time += seconds;
  const double weight = std::min(1.0, seconds / std::min(meter.time, kRateTime));
  for (const media::Track& track : tracks) {
    if (track.id >= before.size()) continue;
    const TrackCount& past = before.at(track.id);
    const TrackCount& now = counters.tracks.at(track.id);
    codec::MeasuredTrack& rate = meter.rates[track.id];
    const auto bits = static_cast<double>(now.bytes - past.bytes) * 8;
    const auto frames = static_cast<double>(now.frames - past.frames);
    rate.bitrate += (bits / seconds - rate.bitrate) * weight;
    rate.frame_rate += (frames / seconds - rate.frame_rate) * weight;
    out[track.id] = rate;
  }
  return out;
}

}  // namespace

json status_counters(const HubParts& hub, Meter& meter, MonotonicTime now) {
  const StreamCounters& counters = hub.stream.counters();
  const double seconds = std::chrono::duration<double>(now - meter.last).count();
  const bool has_rate = meter.last != MonotonicTime{} && seconds > 0;
  const auto bitrate =
      has_rate ? static_cast<double>(counters.bytes - meter.bytes) * 8 / seconds : 0.0;
  const auto& tracks = hub.stream.tracks();
  const auto measured = has_rate ? measure(tracks, counters, meter, seconds)
                                 : std::map<std::uint32_t, codec::MeasuredTrack>{};
  meter.last = now;
  meter.bytes = counters.bytes;

  const Publisher& publisher = hub.stream.publisher();
  json out{{"bitrate", static_cast<std::uint64_t>(bitrate)},
           {"frames", counters.frames},
           {"bytes", counters.bytes},
           {"dropped_frames", counters.dropped_frames},
           {"lost_packets", counters.lost_packets},
           {"forced_cuts", counters.forced_cuts},
           {"discontinuities", counters.discontinuities},
           {"segments", publisher.segments()},
           {"lost_segments", publisher.lost_segments()},
           {"target_duration", publisher.window().target_duration()},
           {"producers", hub.producers.count()},
           {"sources_started", hub.producers.started()},
           {"is_playing", hub.producers.is_playing()},
           {"readers", hub.fan_out.count()},
           {"reader_bytes", hub.fan_out.bytes()},
           {"reader_skips", hub.fan_out.skips()},
           {"news_readers", hub.news.count()}};
  if (counters.last_time.count() > 0) {
    out["last_utc_ms"] = counters.last_time.count() / 90;
    out["media_info"] = codec::media_info(tracks, measured);
  }
  if (const auto seq = hub.stream.numbering().last_seq()) out["seq"] = *seq;
  if (hub.producers.is_playing()) out["format"] = hub.producers.format();
  return out;
}

Result<store::WindowSettings> changed_settings(const store::WindowSettings& before,
                                               const json& command) {
  Options options;
  options.segment_duration = fmt::format(
      "{}ms", std::chrono::duration_cast<std::chrono::milliseconds>(before.target).count());
  options.segments = before.playlist_segments;
  options.segment_count = before.kept_segments;
  const auto has_number = [&](const char* name) {
    return command.contains(name) && command[name].is_number();
  };
  if (has_number("segment_duration")) {
    options.segment_duration = fmt::format(
        "{}ms", static_cast<std::int64_t>(command["segment_duration"].get<double>() * 1000));
  }
  if (has_number("segments")) options.segments = command["segments"].get<std::uint32_t>();
  if (has_number("segment_count"))
    options.segment_count = command["segment_count"].get<std::uint32_t>();
  return window_settings(options);
}

}  // namespace flu::hub
