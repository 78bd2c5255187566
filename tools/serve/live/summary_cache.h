#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "libcommon/base/result.h"
#include "libcommon/container/mp4/segment_summary.h"
#include "libcommon/manifest/track_worth.h"
#include "libcommon/store/window_reader.h"

namespace flu::serve {

// What the segments of one window say in front of their media, read once a segment.
class SummaryCache {
 public:
  // Null where it cannot be read; the reason is given once, then no longer asked for.
  const container::SegmentSummary* of(const segment::IndexRecord& record,
                                      const store::WindowReader& reader,
                                      const media::Tracks& tracks);

  // Of segments that are in the window no more nothing is kept.
  void forget_before(const store::WindowSnapshot& window);

  // Why of() last said null.
  std::optional<Error> take_error();

 private:
  struct Entry {
    std::uint32_t data_crc = 0;
    std::optional<container::SegmentSummary> summary;  // none: it cannot be read
  };
  std::map<std::int64_t, Entry> entries_;  // by start
  std::optional<Error> error_;
};

manifest::SegmentSizes sizes_of(const segment::IndexRecord& record,
                                const container::SegmentSummary& summary);

}  // namespace flu::serve
