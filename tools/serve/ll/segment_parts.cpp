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

SegmentParts::SegmentParts(std::uint32_t seq, const container::Stretch& time, media::Ticks target,
                           const media::Tracks& tracks,
                           std::vector<container::SegmentTrack> samples)
    : seq_(seq), grid_(time.start, target) {
  if (const media::Track* const main = media::main_track(tracks)) main_id_ = main->id;
  for (const media::Track& track : tracks) {
    Track& made = tracks_.emplace_back();
    made.stored.track_id = track.id;
    made.is_sound = track.kind == media::TrackKind::kAudio;
    const auto stored = std::find_if(samples.begin(), samples.end(), [&](const auto& candidate) {
      return candidate.track_id == track.id;
    });
    if (stored != samples.end()) made.stored = std::move(*stored);
    made.silence = container::fill_with_silence(track, time, made.stored);
    set_durations(made.stored.samples, track.id == main_id_);
    container::set_presentation_times(made.stored.samples);
  }
}

const SegmentParts::Track* SegmentParts::find(std::uint32_t id) const {
  const auto track = std::find_if(tracks_.begin(), tracks_.end(), [&](const Track& candidate) {
    return candidate.stored.track_id == id;
  });
  return track == tracks_.end() ? nullptr : &*track;
}

PartsInfo SegmentParts::info(const media::Tracks& tracks) const {
  PartsInfo out;
  const Track* const main = find(main_id_);
  if (main == nullptr || main->stored.samples.empty()) return out;
  out.count = grid_.index_of(main->stored.samples.back().dts) + 1;
  for (const media::Track& track : tracks) {
    const Track* const known = find(track.id);
    if (track.kind != media::TrackKind::kVideo || known == nullptr) continue;
    if (known->stored.samples.empty()) continue;
    PartsInfo::Keys keys{track.id, std::vector<bool>(out.count)};
    for (const auto& sample : known->stored.samples) {
      if (sample.sap == media::Sap::kNone) continue;
      keys.parts.at(std::min(grid_.index_of(sample.dts), out.count - 1)) = true;
    }
    out.videos.push_back(std::move(keys));
  }
  return out;
}

// Those whose time is in the part. One that ends a segment may be shorter than a frame of sound and
// none begins in it: what sounds there is repeated, since players take a part without media for
// broken.
std::vector<container::SampleEntry> SegmentParts::samples_of(const Track& track, std::size_t index,
                                                             bool is_last) const {
  std::vector<container::SampleEntry> out;
  const container::SampleEntry* before = nullptr;
  for (const auto& sample : track.stored.samples) {
    const std::size_t own = grid_.index_of(sample.dts);
    if (own == index || (is_last && own > index)) out.push_back(sample);
    if (own < index) before = &sample;
  }
  const media::Timestamp start = grid_.end_of(index) - grid_.target();
  const bool is_heard = before != nullptr && before->dts + before->duration > start;
  if (out.empty() && track.is_sound && is_heard) out.push_back(*before);
  return out;
}

Result<PartLayout> SegmentParts::layout(std::size_t index, std::span<const std::uint32_t> ids,
                                        bool is_last) const {
  PartLayout out;
  std::vector<container::SegmentTrack> chosen;
  for (const std::uint32_t id : ids) {
    container::SegmentTrack& part = chosen.emplace_back();
    part.track_id = id;
    const Track* const track = find(id);
    if (track == nullptr) continue;
    part.samples = samples_of(*track, index, is_last);
    for (const auto& sample : part.samples) {
      part.bytes += sample.size;
      if (sample.offset == container::kSilenceOffset) {
        out.data.push_back({0, sample.size, track->silence});
      } else if (!out.data.empty() && out.data.back().silence.empty() &&
                 out.data.back().offset + out.data.back().size == sample.offset) {
        out.data.back().size += sample.size;
      } else {
        out.data.push_back({sample.offset, sample.size, {}});
      }
    }
  }
  const media::Timestamp start = grid_.end_of(index) - grid_.target();
  FLU_TRY_ASSIGN(out.head, container::write_part_header(seq_, chosen, start));
  return out;
}

}  // namespace flu::serve
