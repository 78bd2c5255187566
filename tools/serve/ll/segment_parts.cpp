#include "tools/serve/ll/segment_parts.h"

#include <algorithm>
#include <utility>

#include "libcommon/container/mp4/player_part.h"
#include "libcommon/container/mp4/presentation_times.h"

namespace flu::serve {
namespace {

// A gap in a track that was silent for so long is no duration: what ends before it is known before
// it ends.
constexpr media::Ticks kSilence{90'000};

// The durations that the finished segment has: up to the next sample.
void set_durations(std::vector<container::SampleEntry>& samples, bool is_main) {
  for (std::size_t i = 0; i < samples.size(); ++i) {
    auto& sample = samples[i];
    if (i + 1 < samples.size()) sample.duration = samples[i + 1].dts - sample.dts;
    if (!is_main && i > 0 && sample.duration > kSilence) sample.duration = samples[i - 1].duration;
  }
}

}  // namespace

bool PartsInfo::is_independent(std::size_t index, const media::Tracks& selected) const {
  bool has_video = false;
  for (const media::Track& track : selected) {
    if (track.kind != media::TrackKind::kVideo) continue;
    has_video = true;
    for (const Keys& keys : videos) {
      if (keys.track_id == track.id && index < keys.parts.size() && keys.parts[index]) return true;
    }
  }
  return !has_video;
}

SegmentParts::SegmentParts(std::uint32_t seq, media::Timestamp start, media::Ticks target,
                           std::uint32_t main_id, std::vector<container::SegmentTrack> tracks)
    : seq_(seq), grid_(start, target), main_id_(main_id), tracks_(std::move(tracks)) {
  for (container::SegmentTrack& track : tracks_) {
    set_durations(track.samples, track.track_id == main_id_);
    container::set_presentation_times(track.samples);
  }
}

const container::SegmentTrack* SegmentParts::find(std::uint32_t id) const {
  const auto track = std::find_if(tracks_.begin(), tracks_.end(),
                                  [&](const auto& candidate) { return candidate.track_id == id; });
  return track == tracks_.end() ? nullptr : &*track;
}

PartsInfo SegmentParts::info(const media::Tracks& tracks) const {
  PartsInfo out;
  const container::SegmentTrack* const main = find(main_id_);
  if (main == nullptr || main->samples.empty()) return out;
  out.count = grid_.index_of(main->samples.back().dts) + 1;
  for (const media::Track& track : tracks) {
    const container::SegmentTrack* const stored = find(track.id);
    if (track.kind != media::TrackKind::kVideo || stored == nullptr) continue;
    PartsInfo::Keys keys{track.id, std::vector<bool>(out.count)};
    for (const auto& sample : stored->samples) {
      if (sample.sap == media::Sap::kNone) continue;
      keys.parts.at(std::min(grid_.index_of(sample.dts), out.count - 1)) = true;
    }
    out.videos.push_back(std::move(keys));
  }
  return out;
}

Result<PartLayout> SegmentParts::layout(std::size_t index, std::span<const std::uint32_t> ids,
                                        bool is_last) const {
  PartLayout out;
  std::vector<container::SegmentTrack> chosen;
  for (const std::uint32_t id : ids) {
    container::SegmentTrack& part = chosen.emplace_back();
    part.track_id = id;
    const container::SegmentTrack* const track = find(id);
    if (track == nullptr) continue;
    for (const auto& sample : track->samples) {
      const std::size_t own = grid_.index_of(sample.dts);
      if (own != index && !(is_last && own > index)) continue;
      part.samples.push_back(sample);
      part.bytes += sample.size;
      if (!out.data.empty() && out.data.back().offset + out.data.back().size == sample.offset) {
        out.data.back().size += sample.size;
      } else {
        out.data.push_back({sample.offset, sample.size});
      }
    }
  }
  const media::Timestamp start = grid_.end_of(index) - grid_.target();
  FLU_TRY_ASSIGN(out.head, container::write_part_header(seq_, chosen, start));
  return out;
}

}  // namespace flu::serve
