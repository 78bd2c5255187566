#include "libcommon/manifest/ll_playlist.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <numeric>
#include <string_view>

#include <fmt/format.h>

#include "libcommon/base/text.h"

namespace flu::manifest {
namespace {

constexpr std::int64_t kTicksPerSecond = 90'000;
constexpr std::size_t kSegmentsWithParts = 2;  // complete ones

media::Ticks sum(const std::vector<LlPlaylist::Part>& parts) {
  return std::accumulate(parts.begin(), parts.end(), media::Ticks(0),
                         [](auto total, const auto& part) { return total + part.duration; });
}

class Writer {
 public:
  explicit Writer(const LlPlaylist& playlist)
      : playlist_(&playlist), target_(target_duration_of(playlist.media) * kTicksPerSecond) {}

  std::string write(bool is_delta) {
    // 9 for EXT-X-SKIP, and it does not change from one answer to the next.
    out_ = "#EXTM3U\n#EXT-X-VERSION:9\n";
    write_playlist_head(playlist_->media, out_);
    write_control();
    const auto& segments = playlist_->media.segments;
    std::size_t first = is_delta ? skippable() : 0;
    if (first > 0) out_ += fmt::format("#EXT-X-SKIP:SKIPPED-SEGMENTS={}\n", first);
    std::string_view map = first > 0 ? std::string_view(segments[first - 1].map) : "";
    const std::size_t without_parts = segments.size() - shown_parts();
    for (std::size_t i = first; i < segments.size(); ++i) {
      write_segment_tags(segments[i], map, out_);
      map = segments[i].map;
      if (i >= without_parts) write_parts(parts_from_end(segments.size() - i));
      write_segment_uri(segments[i], out_);
    }
    write_growing(map);
    write_reports();
    return std::move(out_);
  }

 private:
  void add_seconds(std::string_view name, media::Ticks duration) {
    out_ += name;
    write_seconds(duration, out_);
  }

  void write_control() {
    out_ += "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES";
    add_seconds(",CAN-SKIP-UNTIL=", target_ * 6);
    add_seconds(",HOLD-BACK=", target_ * 3);
    // Three times what is said of the parts, not a microsecond less.
    add_seconds(",PART-HOLD-BACK=",
                std::chrono::ceil<media::Ticks>(
                    3 * std::chrono::round<std::chrono::microseconds>(playlist_->part_target)));
    add_seconds("\n#EXT-X-PART-INF:PART-TARGET=", playlist_->part_target);
    out_ += "\n";
  }

  // Where segment i begins, from the beginning of the list.
  [[nodiscard]] media::Ticks begin_of(std::size_t i) const {
    media::Ticks total{0};
    for (std::size_t k = 0; k < i; ++k) total += playlist_->media.segments[k].duration;
    return total;
  }

  [[nodiscard]] media::Ticks length() const {
    return begin_of(playlist_->media.segments.size()) + sum(playlist_->growing_parts);
  }

  // How many segments end before the Skip Boundary (6.2.5.1).
  [[nodiscard]] std::size_t skippable() const {
    std::size_t count = 0;
    media::Ticks from_end = length();
    for (const auto& segment : playlist_->media.segments) {
      from_end -= segment.duration;
      if (from_end <= target_ * 6) break;
      ++count;
    }
    return count;
  }

  [[nodiscard]] const std::vector<LlPlaylist::Part>& parts_from_end(std::size_t i) const {
    return playlist_->parts[playlist_->parts.size() - i];
  }

  // Of how many complete segments the parts are listed: of those that begin within three target
  // durations of the end (6.2.2), but of no more than validators count to that.
  [[nodiscard]] std::size_t shown_parts() const {
    const auto& segments = playlist_->media.segments;
    const std::size_t most =
        std::min({kSegmentsWithParts, segments.size(), playlist_->parts.size()});
    media::Ticks from_end = sum(playlist_->growing_parts);
    for (std::size_t count = 0; count < most; ++count) {
      from_end += segments[segments.size() - 1 - count].duration;
      if (from_end > target_ * 3) return count;
    }
    return most;
  }

  void write_parts(const std::vector<LlPlaylist::Part>& parts) {
    for (const auto& part : parts) {
      add_seconds("#EXT-X-PART:DURATION=", part.duration);
      out_ +=
          fmt::format(",URI=\"{}\"{}\n", part.uri, part.is_independent ? ",INDEPENDENT=YES" : "");
    }
  }

  void write_growing(std::string_view map) {
    if (playlist_->growing && !playlist_->growing_parts.empty()) {
      write_segment_tags(*playlist_->growing, map, out_);
      write_parts(playlist_->growing_parts);
    }
    if (!playlist_->hint.empty()) {
      out_ += fmt::format("#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"{}\"\n", playlist_->hint);
    }
  }

  void write_reports() {
    if (playlist_->reports.empty()) return;
    const auto& media = playlist_->media;
    std::uint64_t msn = media.media_sequence + media.segments.size();
    std::size_t parts = playlist_->growing_parts.size();
    if (parts == 0) {
      --msn;
      parts = playlist_->parts.empty() ? 0 : playlist_->parts.back().size();
    }
    for (const auto& report : playlist_->reports) {
      out_ += fmt::format("#EXT-X-RENDITION-REPORT:URI=\"{}\",LAST-MSN={}", report.uri, msn);
      if (parts > 0) out_ += fmt::format(",LAST-PART={}", parts - 1);
      out_ += "\n";
    }
  }

  const LlPlaylist* playlist_;
  media::Ticks target_;
  std::string out_;
};

}  // namespace

std::string write_ll_playlist(const LlPlaylist& playlist, bool is_delta) {
  return Writer(playlist).write(is_delta);
}

std::optional<Directives> parse_directives(const std::string& msn, const std::string& part,
                                           const std::string& skip) {
  Directives out;
  // "v2" also wants EXT-X-DATERANGE skipped, which CAN-SKIP-DATERANGES would have to offer.
  out.wants_delta = skip == "YES" || skip == "v2";
  if (!msn.empty()) {
    const auto number = parse_unsigned(msn);
    if (!number) return std::nullopt;
    out.msn = *number;
  }
  if (!part.empty()) {
    const auto number = parse_unsigned(part);
    if (!number || !out.msn) return std::nullopt;
    out.part = *number;
  }
  return out;
}

}  // namespace flu::manifest
