#pragma once

#include <cstdint>
#include <optional>

#include "libcommon/container/mp4/flu_stream.h"
#include "libcommon/media/time.h"
#include "libcommon/segment/index_record.h"

namespace flu::hub {

// The numbers of segments: seq and disc_seq never go back, over restarts and changes of the source.
class Numbering {
 public:
  struct Numbers {
    std::uint32_t seq = 0;
    std::uint32_t disc_seq = 0;
    bool is_discontinuity = false;
  };

  // The newest segment of the window that is taken over; what follows is a discontinuity.
  void resume(const segment::IndexRecord& last);

  // The next segment begins with DISCONT, unless it is the first of all.
  void mark_discontinuity() { is_marked_ = true; }

  // The numbers of the segment that begins at `start`, and counts it. `given`: what the first
  // fragment says that a hub before this one has cut; its numbers are taken over as long as they do
  // not go back. Without any number before, seq starts at the UTC second, disc_seq at
  // the minute since 2025.
  Numbers next(media::Timestamp start, const container::FragmentInfo* given);

  [[nodiscard]] std::optional<std::uint32_t> last_seq() const;

 private:
  struct Last {
    std::uint32_t seq = 0;
    std::uint32_t disc_seq = 0;
  };

  std::optional<Last> last_;
  bool is_marked_ = false;
};

// Does the fragment come from a hub, which has cut the stream already?
inline bool is_numbered(const std::optional<container::FragmentInfo>& info) {
  return info && info->seq != 0;
}
inline bool is_cut(const std::optional<container::FragmentInfo>& info) {
  return is_numbered(info) && (info->flags & container::kCut) != 0;
}

}  // namespace flu::hub
