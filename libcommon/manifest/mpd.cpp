#include "libcommon/manifest/mpd.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <string_view>

#include <fmt/format.h>

#include "libcommon/manifest/media_playlist.h"

namespace flu::manifest {
namespace {

using media::Ticks;

constexpr std::string_view kRoles = "urn:mpeg:dash:role:2011";
constexpr std::string_view kSwitching = "urn:mpeg:dash:adaptation-set-switching:2016";
// ISO 23001-8: the number of channels alone.
constexpr std::string_view kChannels = "urn:mpeg:dash:23003:3:audio_channel_configuration:2011";

// Attribute values in double quotes (XML 1.0 2.3).
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  }
  return out;
}

// xs:duration in seconds, to the millisecond, which everything that is written so is rounded to.
std::string duration(Ticks ticks) {
  const auto ms = std::chrono::round<std::chrono::milliseconds>(ticks).count();
  if (ms % 1000 == 0) return fmt::format("PT{}S", ms / 1000);
  return fmt::format("PT{}.{:03}S", ms / 1000, ms % 1000);
}

class MpdWriter {
 public:
  explicit MpdWriter(const Mpd& mpd) : mpd_(&mpd) {}

  std::string run() {
    write_head();
    for (const Mpd::Period& period : mpd_->periods) write_period(period);
    if (!mpd_->has_ended && !mpd_->clock.empty()) {
      line(2, "<UTCTiming schemeIdUri=\"urn:mpeg:dash:utc:http-iso:2014\" value=\"{}\"/>",
           escaped(mpd_->clock));
    }
    out_ += "</MPD>\n";
    return std::move(out_);
  }

 private:
  template <typename... Args>
  void line(unsigned indent, fmt::format_string<Args...> format, Args&&... args) {
    out_.append(indent, ' ');
    fmt::format_to(std::back_inserter(out_), format, std::forward<Args>(args)...);
    out_ += '\n';
  }

  void write_head() {
    out_ =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" "
        "profiles=\"urn:mpeg:dash:profile:isoff-live:2011\"\n";
    line(4, "type=\"{}\" availabilityStartTime=\"1970-01-01T00:00:00Z\" publishTime=\"{}\"",
         mpd_->has_ended ? "static" : "dynamic", write_date_time(mpd_->published));
    if (mpd_->has_ended) {
      line(4, "mediaPresentationDuration=\"{}\"", duration(end()));
    } else {
      line(4,
           "minimumUpdatePeriod=\"{}\" timeShiftBufferDepth=\"{}\" "
           "suggestedPresentationDelay=\"{}\"",
           duration(mpd_->update_period), duration(mpd_->depth), duration(mpd_->delay));
    }
    line(4, "minBufferTime=\"{}\" maxSegmentDuration=\"{}\">", duration(mpd_->min_buffer),
         duration(mpd_->max_segment));
  }

  [[nodiscard]] Ticks end() const {
    if (mpd_->periods.empty()) return {};
    const Mpd::Period& last = mpd_->periods.back();
    return last.start + last.duration.value_or(Ticks{0});
  }

  void write_period(const Mpd::Period& period) {
    const std::string length =
        period.duration ? fmt::format(" duration=\"{}\"", duration(*period.duration)) : "";
    line(2, "<Period id=\"{}\" start=\"{}\"{}>", period.start.count(), duration(period.start),
         length);
    for (const Mpd::AdaptationSet& set : period.sets) write_set(set, period.start);
    line(2, "</Period>");
  }

  void write_set(const Mpd::AdaptationSet& set, media::Timestamp offset) {
    const std::string_view kind = set.kind == media::TrackKind::kVideo ? "video" : "audio";
    const std::string language =
        set.language.empty() ? "" : fmt::format(" lang=\"{}\"", escaped(set.language));
    line(4,
         "<AdaptationSet id=\"{}\" contentType=\"{}\" mimeType=\"{}/mp4\"{} "
         "segmentAlignment=\"true\" startWithSAP=\"{}\">",
         set.id, kind, kind, language, set.start_with_sap);
    if (set.channels > 0) {
      line(6, "<AudioChannelConfiguration schemeIdUri=\"{}\" value=\"{}\"/>", kChannels,
           set.channels);
    }
    if (!set.switchable.empty()) {
      line(6, "<SupplementalProperty schemeIdUri=\"{}\" value=\"{}\"/>", kSwitching,
           fmt::join(set.switchable, ","));
    }
    if (!set.accessibility.empty()) {
      line(6, "<Accessibility schemeIdUri=\"{}\" value=\"{}\"/>", kRoles,
           escaped(set.accessibility));
    }
    if (!set.role.empty()) {
      line(6, "<Role schemeIdUri=\"{}\" value=\"{}\"/>", kRoles, escaped(set.role));
    }
    for (const auto& representation : set.representations) write(representation, offset);
    line(4, "</AdaptationSet>");
  }

  void write(const Mpd::Representation& representation, media::Timestamp offset) {
    line(6, "<Representation id=\"{}\" codecs=\"{}\" bandwidth=\"{}\"{}>",
         escaped(representation.id), escaped(representation.codecs), representation.bandwidth,
         format_of(representation));
    line(8,
         "<SegmentTemplate timescale=\"90000\" presentationTimeOffset=\"{}\" "
         "initialization=\"{}\" media=\"{}\">",
         offset.count(), escaped(representation.initialization), escaped(representation.media));
    line(10, "<SegmentTimeline>");
    write_timeline(representation.segments);
    line(10, "</SegmentTimeline>");
    line(8, "</SegmentTemplate>");
    line(6, "</Representation>");
  }

  static std::string format_of(const Mpd::Representation& representation) {
    std::string out;
    const media::VideoFormat& video = representation.video;
    if (video.width > 0 && video.height > 0) {
      out += fmt::format(" width=\"{}\" height=\"{}\"", video.width, video.height);
      if (video.sar_width > 0 && video.sar_height > 0) {
        out += fmt::format(" sar=\"{}:{}\"", video.sar_width, video.sar_height);
      }
      if (video.is_interlaced) out += " scanType=\"interlaced\"";
    }
    const FrameRate& rate = representation.frame_rate;
    if (rate.num > 0) {
      out += rate.den == 1 ? fmt::format(" frameRate=\"{}\"", rate.num)
                           : fmt::format(" frameRate=\"{}/{}\"", rate.num, rate.den);
    }
    if (representation.sample_rate > 0) {
      out += fmt::format(" audioSamplingRate=\"{}\"", representation.sample_rate);
    }
    return out;
  }

  // @t where a run begins, @r for what follows in equal lengths (5.3.9.6).
  void write_timeline(const std::vector<Mpd::Segment>& segments) {
    media::Timestamp next{-1};
    for (std::size_t i = 0; i < segments.size();) {
      const Mpd::Segment& first = segments[i];
      std::size_t count = 1;
      while (i + count < segments.size() && segments[i + count].duration == first.duration &&
             segments[i + count].start == segments[i + count - 1].start + first.duration) {
        ++count;
      }
      const std::string time =
          first.start == next ? "" : fmt::format(" t=\"{}\"", first.start.count());
      const std::string repeat = count == 1 ? "" : fmt::format(" r=\"{}\"", count - 1);
      line(12, "<S{} d=\"{}\"{}/>", time, first.duration.count(), repeat);
      i += count;
      next = segments[i - 1].start + first.duration;
    }
  }

  const Mpd* mpd_;
  std::string out_;
};

}  // namespace

std::string write_mpd(const Mpd& mpd) {
  return MpdWriter(mpd).run();
}

std::string add_mpd_query(std::string_view mpd, std::string_view query) {
  if (query.empty()) return std::string(mpd);
  std::string added = "?";
  for (const char c : escaped(query)) {
    added += c;
    if (c == '$') added += c;  // else an identifier of the template
  }
  std::string out;
  for (std::size_t at = 0; at < mpd.size();) {
    // A file's name ends with the attribute.
    const std::size_t segment = mpd.find(".m4s\"", at);
    const std::size_t init = mpd.find(".mp4\"", at);
    const std::size_t found = std::min(segment, init);
    if (found == std::string_view::npos) return out += mpd.substr(at);
    const std::size_t end = found + std::string_view(".m4s").size();
    out += mpd.substr(at, end - at);
    out += added;
    at = end;
  }
  return out;
}

media::Timestamp period_start(media::Timestamp start) {
  return std::chrono::floor<std::chrono::milliseconds>(start);
}

void join_segments(std::vector<Mpd::Segment>& segments) {
  for (std::size_t i = 1; i < segments.size(); ++i) {
    const Ticks until_next = segments[i].start - segments[i - 1].start;
    if (until_next > Ticks{0}) segments[i - 1].duration = until_next;
  }
}

}  // namespace flu::manifest
