#include "tools/serve/live/text_segment.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "libcommon/codec/cue_sample.h"
#include "libcommon/container/mp4/segment_box.h"
#include "libcommon/manifest/webvtt.h"
#include "tools/serve/limits.h"

namespace flu::serve {
namespace {

constexpr media::Ticks kAlike{45'000};

// Their times are counted from different samples, whose distance may have been stretched.
bool is_same(const codec::Cue& one, const codec::Cue& other) {
  return one.text == other.text && one.settings == other.settings &&
         std::chrono::abs(one.start - other.start) < kAlike;
}

// A cue stands in each sample while it is shown; one that cannot be read costs no other.
std::vector<codec::Cue> read_cues(const container::SegmentTrack& track, Bytes stored) {
  std::vector<codec::Cue> cues;
  for (const auto& entry : track.samples) {
    auto some = codec::parse_cue_sample(entry.dts, entry.duration,
                                        stored.subspan(entry.offset, entry.size));
    if (!some) continue;
    for (codec::Cue& cue : *some) {
      const bool is_known = std::any_of(cues.begin(), cues.end(),
                                        [&](const auto& other) { return is_same(cue, other); });
      if (!is_known && cues.size() < kMaxSegmentCues) cues.push_back(std::move(cue));
    }
  }
  return cues;
}

}  // namespace

Result<SentSegment> make_text_segment(Bytes stored, const segment::IndexRecord& record,
                                      const media::Tracks& tracks) {
  FLU_TRY_ASSIGN(const container::ParsedSegment parsed, container::parse_segment(stored));
  const media::Timestamp end = record.start + media::Ticks(record.duration);
  std::vector<codec::Cue> cues;
  for (const auto& track : parsed.tracks) {
    if (track.track_id == tracks.front().id) cues = read_cues(track, stored);
  }
  std::erase_if(cues,
                [&](const codec::Cue& cue) { return cue.end <= record.start || cue.start >= end; });
  std::stable_sort(cues.begin(), cues.end(),
                   [](const auto& a, const auto& b) { return a.start < b.start; });
  SentSegment segment{make_body(manifest::write_webvtt(record.start, cues)), {}};
  segment.etag = make_etag(segment.body.bytes);
  return segment;
}

}  // namespace flu::serve
