// A stored segment, what is cut out of it for players (all ids, and each alone), its summary, and
// its samples in a movie.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "libcommon/base/check.h"
#include "libcommon/container/mp4/boxes.h"
#include "libcommon/container/mp4/limits.h"
#include "libcommon/container/mp4/moof.h"
#include "libcommon/container/mp4/movie_file.h"
#include "libcommon/container/mp4/player_segment.h"
#include "libcommon/container/mp4/segment_box.h"
#include "libcommon/container/mp4/segment_summary.h"
#include "libcommon/container/mp4/stored_samples.h"
#include "libcommon/media/track.h"

namespace {

using flu::Buffer;
using flu::Bytes;

// Twelve seconds from where most of the corpus begins.
constexpr flu::container::Stretch kTime{flu::media::Timestamp(158'741'550'000'000),
                                        flu::media::Timestamp(158'741'551'080'000)};

// Odd ones are of AAC, whose holes are filled.
flu::media::Tracks tracks_of(const std::vector<std::uint32_t>& ids) {
  flu::media::Tracks tracks;
  for (const std::uint32_t id : ids) {
    flu::media::Track& track = tracks.emplace_back();
    track.id = id;
    if (id % 2 == 0) continue;
    track.kind = flu::media::TrackKind::kAudio;
    track.codec = flu::media::CodecId::kAac;
    track.config = {0x11, 0x90};
    track.audio = {48'000, 2, 1024};
  }
  return tracks;
}

bool is_within(Bytes part, Bytes whole) {
  return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size();
}

void check_cut(Bytes stored, const std::vector<std::uint32_t>& ids) {
  const auto made = flu::container::make_player_segment(stored, tracks_of(ids), kTime);
  if (!made) return;
  Buffer bytes = made->head;
  for (const Bytes part : made->data) {
    FLU_CHECK(is_within(part, stored) ||
              std::any_of(made->silence.begin(), made->silence.end(),
                          [&](const Buffer& frame) { return is_within(part, frame); }));
    flu::append(bytes, part);
  }
  if (made->head.empty()) return;  // as it was stored, odd boxes included
  const auto moof = flu::container::find_box(bytes, flu::container::four_cc("moof"));
  FLU_CHECK(moof && *moof);
  flu::container::Moof again;
  const flu::container::MoofRules rules{nullptr, flu::container::kMaxRunSamples, std::nullopt};
  FLU_CHECK(flu::container::parse_moof((*moof)->payload, rules, again));
  FLU_CHECK(again.trafs.size() <= ids.size());
}

// A whole segment that can be read has a summary; of what cannot, nothing is read beyond.
void check_summary(Bytes stored) {
  const auto summary = flu::container::summarize_segment(stored, tracks_of({1, 2}), kTime);
  if (!summary) return;
  for (const auto& track : summary->tracks) {
    FLU_CHECK(track.samples > 0 && track.end >= track.start);
  }
}

// The samples that a head tells of lie in the segment, and any of them can stand in a movie.
void check_head(Bytes stored) {
  const auto head = flu::container::parse_segment_head(stored, stored.size());
  if (!head) return;
  flu::container::MovieFile movie;
  const auto tracks = tracks_of({1, 2});
  for (const auto& track : *head) {
    for (const auto& sample : track.samples) {
      FLU_CHECK(sample.size <= stored.size() && sample.offset <= stored.size() - sample.size);
    }
    movie.add(tracks[track.track_id % 2], track.samples, 0);
  }
  if (!movie.is_empty()) FLU_CHECK(!movie.head(kTime.end - kTime.start, stored.size(), {}).empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes stored{data, size};
  check_summary(stored);
  check_head(stored);
  const auto segment = flu::container::parse_segment(stored);
  if (!segment) {
    FLU_CHECK(!flu::container::make_player_segment(stored, tracks_of({1}), kTime));
    return 0;
  }
  std::vector<std::uint32_t> all;
  for (const auto& track : segment->tracks) {
    for (const auto& sample : track.samples) {
      FLU_CHECK(sample.size <= size && sample.offset <= size - sample.size);
    }
    all.push_back(track.track_id);
    check_cut(stored, {track.track_id});
  }
  check_cut(stored, all);
  check_cut(stored, {77});
  return 0;
}
