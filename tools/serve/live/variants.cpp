#include "tools/serve/live/variants.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "libcommon/codec/codec_string.h"
#include "libcommon/manifest/audio_groups.h"
#include "libcommon/manifest/subtitle_group.h"
#include "libcommon/manifest/track_choice.h"

namespace flu::serve {
namespace {

using manifest::MasterPlaylist;
using media::TrackKind;

// A player asks once for what it then plays for hours: the next segments may be larger than those
// that are there now, the more so the fewer those are. RFC 8216bis 4.4.6.2 asks for an upper bound,
// Apple's authoring specification for one within 25 %.
constexpr std::uint64_t kHeadroomPercent = 10;
constexpr std::uint64_t kEarlyHeadroomPercent = 20;
constexpr int kManyTargets = 10;  // as much was measured

std::size_t count(const media::Tracks& tracks, TrackKind kind) {
  return static_cast<std::size_t>(std::count_if(
      tracks.begin(), tracks.end(), [&](const auto& track) { return track.kind == kind; }));
}

media::Tracks of_kind(const media::Tracks& tracks, TrackKind kind) {
  media::Tracks out;
  std::copy_if(tracks.begin(), tracks.end(), std::back_inserter(out),
               [&](const auto& track) { return track.kind == kind; });
  return out;
}

// "avc1.64001f,mp4a.40.2"; empty where one of them has no name, since half a list is a wrong one.
std::string codecs_of(const media::Tracks& tracks) {
  std::vector<std::string> names;
  for (const media::Track& track : tracks) {
    std::string name = codec::codec_string(track);
    if (name.empty()) return {};
    if (std::find(names.begin(), names.end(), name) == names.end())
      names.push_back(std::move(name));
  }
  return fmt::format("{}", fmt::join(names, ","));
}

// RFC 8216bis 4.4.6.2: as it is to be displayed.
std::uint32_t shown_width(const media::VideoFormat& video) {
  if (video.sar_width == 0 || video.sar_height == 0) return video.width;
  return static_cast<std::uint32_t>(
      std::lround(static_cast<double>(video.width) * video.sar_width / video.sar_height));
}

class MasterBuilder {
 public:
  MasterBuilder(const VariantSource& source, const Route& route)
      : source_(&source),
        route_(&route),
        video_(of_kind(source.tracks, TrackKind::kVideo)),
        audio_(of_kind(source.tracks, TrackKind::kAudio)) {}

  MasterPlaylist index() {
    leave_out_unaligned();
    if (audio_.size() > 1) {
      add_groups();
    } else {
      for (const media::Track& video : video_) add({video}, with(video, audio_));
      if (video_.empty() && !audio_.empty()) add({}, audio_);
    }
    if (route_->has_audio_only && !video_.empty() && !audio_.empty()) add_audio_only();
    add_text();
    return std::move(out_);
  }

  MasterPlaylist videos() {
    for (const media::Track& video : video_) {
      const media::Tracks tracks = with(video, audio_);
      add({video}, tracks);
      if (route_->filter == manifest::TrackChoice::all()) {
        const std::string name = manifest::write_track_names(*source_->all, {video});  // "v2"
        out_.variants.back().uri =
            fmt::format("{}{}{}", route_->segment_base,
                        name_of(fmt::format("video{}", name.substr(1))), suffix());
      }
    }
    if (video_.empty() && !audio_.empty()) add({}, audio_);
    return std::move(out_);
  }

 private:
  using Rates = manifest::BitRates;

  static media::Tracks with(const media::Track& video, const media::Tracks& audio) {
    media::Tracks out{video};
    out.insert(out.end(), audio.begin(), audio.end());
    return out;
  }

  // But the first video, which decides where segments begin.
  void leave_out_unaligned() {
    const auto& unaligned = source_->unaligned;
    if (video_.empty()) return;
    const std::uint32_t first = video_.front().id;
    std::erase_if(video_, [&](const media::Track& track) {
      return track.id != first &&
             std::find(unaligned.begin(), unaligned.end(), track.id) != unaligned.end();
    });
  }

  [[nodiscard]] std::string_view suffix() const {
    if (route_->is_low_latency) return ".ll.m3u8";
    return route_->format == Format::kFmp4 ? ".fmp4.m3u8" : ".m3u8";
  }

  // Of the same part of the archive, where one was asked for.
  [[nodiscard]] std::string name_of(std::string_view list) const {
    return route_->archive ? write_archive_name(list, *route_->archive) : std::string(list);
  }

  [[nodiscard]] std::string address(const media::Tracks& tracks) const {
    return fmt::format("{}tracks-{}/{}{}", route_->segment_base,
                       manifest::write_track_names(*source_->all, tracks), name_of("mono"),
                       suffix());
  }

  [[nodiscard]] Rates rates(const media::Tracks& tracks) const {
    std::vector<std::uint32_t> ids;
    ids.reserve(tracks.size());
    for (const media::Track& track : tracks) ids.push_back(track.id);
    const auto carrier =
        route_->format == Format::kFmp4 ? manifest::Carrier::kFmp4 : manifest::Carrier::kTs;
    return manifest::bit_rates(source_->segments, ids, carrier, source_->target);
  }

  // One whose segments have `tracks`, with the picture of `video`.
  void add(const media::Tracks& video, const media::Tracks& tracks) {
    MasterPlaylist::Variant variant;
    variant.uri = address(tracks);
    variant.codecs = codecs_of(tracks);
    if (!video.empty()) {
      const media::Track& picture = video.front();
      variant.width = shown_width(picture.video);
      variant.height = picture.video.height;
      variant.frame_rate = manifest::frame_rate(source_->segments, picture).value();
    }
    set_rates(variant, rates(tracks));
    out_.variants.push_back(std::move(variant));
  }

  void set_rates(MasterPlaylist::Variant& variant, Rates rates) const {
    media::Ticks measured{0};
    for (const auto& segment : source_->segments) measured += segment.duration;
    const auto percent =
        measured < source_->target * kManyTargets ? kEarlyHeadroomPercent : kHeadroomPercent;
    variant.bandwidth = std::max<std::uint64_t>(1, rates.peak + rates.peak * percent / 100);
    variant.average_bandwidth = rates.average;
  }

  void add_groups() {
    for (const auto& group : manifest::make_audio_groups(audio_)) {
      media::Tracks members;
      for (const auto& member : group.members) {
        const media::Track& track = *media::find_track(audio_, member.track_id);
        members.push_back(track);
        out_.audio.push_back({group.id, member.name, member.language, member.characteristics,
                              track.audio.channels, member.is_default, member.is_automatic,
                              address({track})});
      }
      if (video_.empty()) add_with_group({}, group, members);
      for (const media::Track& video : video_) add_with_group({video}, group, members);
    }
  }

  // The sound comes from one of the group; without picture the variant is the sound of the default.
  void add_with_group(const media::Tracks& video, const manifest::AudioGroup& group,
                      const media::Tracks& members) {
    media::Tracks own = video;
    if (own.empty()) own.push_back(default_member(group, members));
    add(video, own);
    MasterPlaylist::Variant& variant = out_.variants.back();
    variant.audio_group = group.id;
    media::Tracks all = video;
    all.insert(all.end(), members.begin(), members.end());
    variant.codecs = codecs_of(all);
    Rates sum = video.empty() ? Rates{} : rates(video);
    const Rates largest = largest_of(members);
    sum.peak += largest.peak;
    sum.average += largest.average;
    set_rates(variant, sum);
  }

  [[nodiscard]] static const media::Track& default_member(const manifest::AudioGroup& group,
                                                          const media::Tracks& members) {
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (group.members[i].is_default) return members[i];
    }
    return members.front();
  }

  [[nodiscard]] Rates largest_of(const media::Tracks& members) const {
    Rates largest;
    for (const media::Track& track : members) {
      const Rates one = rates({track});
      largest.peak = std::max(largest.peak, one.peak);
      largest.average = std::max(largest.average, one.average);
    }
    return largest;
  }

  // Of every variant: RFC 8216 4.3.4.2.1 lets a player change between those that have the same.
  void add_text() {
    constexpr std::string_view kGroup = "subs";
    for (const auto& member : manifest::make_subtitle_group(source_->text)) {
      const media::Track& track = *media::find_track(source_->text, member.track_id);
      MasterPlaylist::Rendition rendition;
      rendition.group = kGroup;
      rendition.name = member.name;
      rendition.language = member.language;
      rendition.characteristics = member.characteristics;
      rendition.is_default = member.is_default;
      rendition.is_automatic = member.is_automatic;
      rendition.uri =
          fmt::format("{}tracks-{}/{}.vtt.m3u8", route_->segment_base,
                      manifest::write_track_names(*source_->all, {track}), name_of("mono"));
      out_.subtitles.push_back(std::move(rendition));
    }
    if (out_.subtitles.empty()) return;
    for (auto& variant : out_.variants) variant.subtitle_group = kGroup;
  }

  void add_audio_only() {
    const auto groups = manifest::make_audio_groups(audio_);
    if (audio_.size() == 1) return add({}, audio_);
    media::Tracks members;
    for (const auto& member : groups.front().members) {
      members.push_back(*media::find_track(audio_, member.track_id));
    }
    add_with_group({}, groups.front(), members);
  }

  const VariantSource* source_;
  const Route* route_;
  media::Tracks video_;
  media::Tracks audio_;
  MasterPlaylist out_;
};

}  // namespace

bool has_variants(const media::Tracks& tracks, const media::Tracks& text, const Route& route) {
  const std::size_t video = count(tracks, TrackKind::kVideo);
  const std::size_t audio = count(tracks, TrackKind::kAudio);
  return video > 1 || audio > 1 || !text.empty() ||
         (route.has_audio_only && video > 0 && audio > 0);
}

MasterPlaylist make_index(const VariantSource& source, const Route& route) {
  return MasterBuilder(source, route).index();
}

MasterPlaylist make_video_list(const VariantSource& source, const Route& route) {
  return MasterBuilder(source, route).videos();
}

}  // namespace flu::serve
