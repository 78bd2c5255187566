// A stored segment, what is cut out of it for players (all ids, and each alone), and its summary.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "libcommon/base/check.h"
#include "libcommon/container/mp4/boxes.h"
#include "libcommon/container/mp4/limits.h"
#include "libcommon/container/mp4/moof.h"
#include "libcommon/container/mp4/player_segment.h"
#include "libcommon/container/mp4/segment_box.h"
#include "libcommon/container/mp4/segment_summary.h"
#include "libcommon/media/track.h"

namespace {

using flu::Buffer;
using flu::Bytes;

void check_cut(Bytes stored, const std::vector<std::uint32_t>& ids) {
  const auto made = flu::container::make_player_segment(stored, ids);
  if (!made) return;
  Buffer bytes = made->head;
  for (const Bytes part : made->data) {
    FLU_CHECK(part.data() >= stored.data());
    FLU_CHECK(part.data() + part.size() <= stored.data() + stored.size());
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
  flu::media::Tracks tracks(2);
  tracks[0].id = 1;
  tracks[1].id = 2;
  tracks[1].kind = flu::media::TrackKind::kAudio;
  const auto summary = flu::container::summarize_segment(stored, tracks);
  if (!summary) return;
  for (const auto& track : summary->tracks) {
    FLU_CHECK(track.samples > 0 && track.end >= track.start);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes stored{data, size};
  check_summary(stored);
  const auto segment = flu::container::parse_segment(stored);
  if (!segment) {
    FLU_CHECK(!flu::container::make_player_segment(stored, std::vector<std::uint32_t>{1}));
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
