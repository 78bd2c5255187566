#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "libcommon/media/time.h"
#include "libcommon/segment/hour_index.h"
#include "libcommon/segment/index_record.h"

namespace flu::segment {

// A hole shorter than this is none: the API tells whole seconds, and lost frames are not a gap.
inline constexpr media::Ticks kGapTolerance{90'000};

// From, to: [from, to).
struct TimeRange {
  media::Timestamp from{0};
  media::Timestamp to{0};

  bool operator==(const TimeRange&) const = default;
};

inline bool overlaps(const TimeRange& a, const TimeRange& b) {
  return a.from < b.to && b.from < a.to;
}

// Numbers of blobs of one hour.
using BlobSet = std::set<std::uint16_t>;

inline media::Timestamp end_of(const IndexRecord& record) {
  return record.start + media::Ticks(record.duration);
}

// Of the records of an index, in order of arrival, those of segments in order of time, none over
// another: what came later wins where two overlap by more than half of the shorter (the clock was
// set back, or a segment was recorded again), but not what an owner of a lower epoch wrote after
// one of a higher. Those in blobs that are gone are left out.
std::vector<IndexRecord> in_order_of_time(const std::vector<IndexRecord>& arrivals,
                                          const BlobSet& gone = {});

// Continuous recordings among segments in order of time.
std::vector<TimeRange> ranges_of(const std::vector<IndexRecord>& segments);

// Adds a range behind the last; they become one where there is no gap between them.
void add_range(std::vector<TimeRange>& ranges, const TimeRange& range);

// Of one hour's records, in order of arrival. Its bytes are those of blobs that records name and
// that are not gone.
HourSummary summarize(Hour hour, const std::vector<IndexRecord>& arrivals,
                      const BlobSet& gone = {});

}  // namespace flu::segment
