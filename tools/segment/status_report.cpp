#include "tools/segment/status_report.h"

#include <array>
#include <chrono>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tools/segment/options.h"

namespace flu::hub {
namespace {

using nlohmann::json;

json track_info(const media::Track& track, unsigned number) {
  static constexpr std::array<char, 3> kLetters{'v', 'a', 't'};
  json out{
      {"id", track.id},
      {"content", media::to_string(track.kind)},
      {"codec", media::to_string(track.codec)},
      {"track_id", fmt::format("{}{}", kLetters.at(static_cast<std::size_t>(track.kind)), number)}};
  if (track.language != "und") out["language"] = track.language;
  if (track.kind == media::TrackKind::kVideo) {
    out["width"] = track.video.width;
    out["height"] = track.video.height;
    if (track.video.rate_num != 0 && track.video.rate_den != 0) {
      out["fps"] = static_cast<double>(track.video.rate_num) / track.video.rate_den;
    }
  } else if (track.kind == media::TrackKind::kAudio) {
    out["sample_rate"] = track.audio.sample_rate;
    out["channels"] = track.audio.channels;
  }
  return out;
}

json media_info(const media::Tracks& tracks) {
  json out{{"tracks", json::array()}};
  std::array<unsigned, 3> numbers{};
  for (const media::Track& track : tracks) {
    out["tracks"].push_back(track_info(track, ++numbers.at(static_cast<std::size_t>(track.kind))));
    if (track.kind == media::TrackKind::kVideo && !out.contains("width")) {
      out["width"] = track.video.width;
      out["height"] = track.video.height;
    }
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
  meter = {now, counters.bytes};

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
    out["media_info"] = media_info(hub.stream.tracks());
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
