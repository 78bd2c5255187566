#pragma once

#include <cstdint>
#include <span>

#include "libcommon/base/bytes.h"
#include "libcommon/container/mp4/flu_stream.h"
#include "libcommon/media/time.h"

namespace flu::hub {

// Samples of one track, at least one, whose bytes follow each other: a fragment of a log.
struct Run {
  std::uint32_t track_id = 0;
  std::span<const container::SampleEntry> samples;
  Bytes payload;
  const container::FragmentInfo* info = nullptr;
  const container::ProducerTime* producer_time = nullptr;

  [[nodiscard]] media::Timestamp pts() const {  // of its first sample
    return samples.front().dts + samples.front().cts;
  }
  [[nodiscard]] media::Ticks duration() const;
  [[nodiscard]] media::Sap sap() const { return samples.front().sap; }
  [[nodiscard]] bool begins_with_key() const { return sap() != media::Sap::kNone; }
  // A hub before this one began a segment here.
  [[nodiscard]] bool is_cut() const {
    return info != nullptr && (info->flags & container::kCut) != 0;
  }
};

// The longest run that `samples`, which lie in `payload`, begin with: a key frame of video stands
// only at the start of one.
Run first_run(std::span<const container::SampleEntry> samples, Bytes payload, bool is_video);

}  // namespace flu::hub
