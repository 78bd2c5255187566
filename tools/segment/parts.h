#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "libcommon/media/sample.h"
#include "libcommon/media/time.h"
#include "libcommon/segment/index_record.h"

namespace flu::hub {

// Divides the growing segment into LL-HLS parts: runs of whole fragments of cur.mp4 that last
// PART-TARGET, the smallest whole number of frames of the main track that is at least 0.33 s.
class Parts {
 public:
  // Fixed by the first frame that is seen.
  [[nodiscard]] media::Ticks target() const { return target_; }

  // A segment begins in a log whose first fragment lies at `offset`.
  void begin(std::uint32_t seq, std::uint32_t disc_seq, std::uint64_t offset);

  // A fragment of the main track was appended, the log now ends at `end`. A part that is complete
  // is given.
  std::optional<segment::IndexRecord> add(media::Timestamp pts, media::Ticks duration,
                                          media::Sap sap, std::uint64_t end);

  // The segment ends: its last part, shorter than the others.
  std::optional<segment::IndexRecord> end(std::uint64_t end);

  // Those of the growing segment so far, for who comes late.
  [[nodiscard]] const std::vector<segment::IndexRecord>& current() const { return current_; }

 private:
  std::optional<segment::IndexRecord> complete(std::uint64_t end);

  media::Ticks target_{0};
  media::Ticks frame_{0};
  bool is_open_ = false;
  segment::IndexRecord part_;
  std::vector<segment::IndexRecord> current_;
};

}  // namespace flu::hub
