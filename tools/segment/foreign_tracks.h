#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>

#include "libcommon/base/result.h"
#include "libcommon/codec/unit_rewriter.h"
#include "libcommon/media/sample.h"
#include "libcommon/media/track.h"

namespace flu::hub {

// The tracks and samples of a foreign MP4 in the form of the flu stream: H.264 and HEVC are
// rewritten (UnitRewriter), and the tracks are told anew when their parameter sets change. Tracks
// whose parameter sets stand in the samples alone (avc3, hev1) are waited for.
class ForeignTracks {
 public:
  // Units in the order of the source, appended to `out`.
  Result<void> set_tracks(const media::Tracks& tracks, std::deque<media::Unit>& out);
  Result<void> add(media::Sample sample, std::deque<media::Unit>& out);

 private:
  [[nodiscard]] bool is_known(const media::Track& track) const;
  void announce(std::deque<media::Unit>& out);

  media::Tracks tracks_;  // as far as they are known
  std::map<std::uint32_t, codec::UnitRewriter> rewriters_;
  bool is_announced_ = false;
  std::optional<media::Timestamp> first_;  // of what waits
};

}  // namespace flu::hub
