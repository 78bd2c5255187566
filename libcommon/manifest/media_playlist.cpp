#include "libcommon/manifest/media_playlist.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <string_view>

#include <fmt/format.h>

namespace flu::manifest {
namespace {

constexpr std::uint32_t kTicksPerSecond = 90'000;

// RFC 8216 4.3.3.1: EXTINF rounded to the nearest integer must not exceed the target duration.
std::uint32_t rounded_seconds(media::Ticks duration) {
  return static_cast<std::uint32_t>((duration.count() + kTicksPerSecond / 2) / kTicksPerSecond);
}

void write_date_range(std::string& out, const MediaPlaylist::DateRange& range) {
  out += fmt::format("#EXT-X-DATERANGE:ID=\"{}\",START-DATE=\"{}\"", range.id,
                     write_date_time(range.start));
  if (range.planned_duration.count() > 0) {
    out += ",PLANNED-DURATION=";
    write_seconds(range.planned_duration, out);
  }
  out += fmt::format(",{}=0x{:02X}\n", range.attribute, fmt::join(range.section, ""));
}

}  // namespace

std::string write_date_time(media::Timestamp time) {
  using std::chrono::milliseconds;
  const std::chrono::time_point<std::chrono::system_clock, milliseconds> at(
      std::chrono::floor<milliseconds>(time));
  const auto midnight = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(midnight);
  const std::chrono::hh_mm_ss clock(at - midnight);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

// The sum over a window stays within half a tick of each start.
void write_seconds(media::Ticks duration, std::string& out) {
  const auto us = std::chrono::round<std::chrono::microseconds>(duration).count();
  fmt::format_to(std::back_inserter(out), "{}.{:06}", us / 1'000'000, us % 1'000'000);
}

std::uint32_t target_duration_of(const MediaPlaylist& playlist) {
  std::uint32_t target = playlist.target_duration;
  for (const auto& segment : playlist.segments) {
    target = std::max(target, rounded_seconds(segment.duration));
  }
  return target;
}

void write_playlist_head(const MediaPlaylist& playlist, std::string& out) {
  if (playlist.is_independent) out += "#EXT-X-INDEPENDENT-SEGMENTS\n";
  fmt::format_to(std::back_inserter(out),
                 "#EXT-X-TARGETDURATION:{}\n#EXT-X-MEDIA-SEQUENCE:{}\n"
                 "#EXT-X-DISCONTINUITY-SEQUENCE:{}\n",
                 target_duration_of(playlist), playlist.media_sequence,
                 playlist.discontinuity_sequence);
  if (playlist.type == MediaPlaylist::Type::kEvent) out += "#EXT-X-PLAYLIST-TYPE:EVENT\n";
  if (playlist.type == MediaPlaylist::Type::kVod) out += "#EXT-X-PLAYLIST-TYPE:VOD\n";
  for (const auto& range : playlist.date_ranges) write_date_range(out, range);
}

void write_segment_tags(const MediaSegment& segment, std::string_view map, std::string& out) {
  if (segment.is_discontinuity) out += "#EXT-X-DISCONTINUITY\n";
  if (segment.map != map) out += fmt::format("#EXT-X-MAP:URI=\"{}\"\n", segment.map);
  out += "#EXT-X-PROGRAM-DATE-TIME:" + write_date_time(segment.start) + "\n";
}

void write_segment_uri(const MediaSegment& segment, std::string& out) {
  out += "#EXTINF:";
  write_seconds(segment.duration, out);
  out += ",\n" + segment.uri + "\n";
}

std::string write_media_playlist(const MediaPlaylist& playlist) {
  const bool has_map = std::any_of(playlist.segments.begin(), playlist.segments.end(),
                                   [](const auto& segment) { return !segment.map.empty(); });
  // Version 3 for fractional EXTINF, 6 for EXT-X-MAP; EXT-X-INDEPENDENT-SEGMENTS needs none
  // (RFC 8216 7).
  std::string out = has_map ? "#EXTM3U\n#EXT-X-VERSION:6\n" : "#EXTM3U\n#EXT-X-VERSION:3\n";
  write_playlist_head(playlist, out);
  std::string_view map;
  for (const auto& segment : playlist.segments) {
    write_segment_tags(segment, map, out);
    map = segment.map;
    write_segment_uri(segment, out);
  }
  if (playlist.has_end) out += "#EXT-X-ENDLIST\n";
  return out;
}

}  // namespace flu::manifest
