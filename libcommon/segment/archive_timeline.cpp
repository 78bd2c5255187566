#include "libcommon/segment/archive_timeline.h"

#include <algorithm>
#include <cstdint>
#include <map>

namespace flu::segment {
namespace {

// Frames of one segment may be shown some milliseconds into the next: that is no overlap.
bool is_over(const IndexRecord& a, const IndexRecord& b) {
  const media::Ticks common = std::min(end_of(a), end_of(b)) - std::max(a.start, b.start);
  return common.count() * 2 > std::int64_t{std::min(a.duration, b.duration)};
}

}  // namespace

std::vector<IndexRecord> in_order_of_time(const std::vector<IndexRecord>& arrivals,
                                          const BlobSet& gone) {
  std::vector<IndexRecord> out;
  out.reserve(arrivals.size());
  std::uint64_t epoch = 0;
  for (const IndexRecord& record : arrivals) {
    if (record.type != RecordType::kSegment) continue;
    if (record.epoch < epoch) continue;
    epoch = record.epoch;
    if (gone.count(record.blob) != 0) continue;
    if (out.empty() || record.start >= end_of(out.back())) {  // as nearly always
      out.push_back(record);
      continue;
    }
    const auto place = std::lower_bound(
        out.begin(), out.end(), record,
        [](const IndexRecord& a, const IndexRecord& b) { return a.start < b.start; });
    // A neighbour that reaches over it, and all that lie under it.
    auto first = place;
    while (first != out.begin() && is_over(*std::prev(first), record)) --first;
    auto last = place;
    while (last != out.end() && (last->start == record.start || is_over(*last, record))) ++last;
    const auto at = out.erase(first, last);
    out.insert(at, record);
  }
  return out;
}

void add_range(std::vector<TimeRange>& ranges, const TimeRange& range) {
  if (ranges.empty() || range.from - ranges.back().to >= kGapTolerance) {
    ranges.push_back(range);
  } else {
    ranges.back().to = std::max(ranges.back().to, range.to);
  }
}

std::vector<TimeRange> ranges_of(const std::vector<IndexRecord>& segments) {
  std::vector<TimeRange> out;
  for (const IndexRecord& record : segments) add_range(out, {record.start, end_of(record)});
  return out;
}

HourSummary summarize(Hour hour, const std::vector<IndexRecord>& arrivals, const BlobSet& gone) {
  HourSummary summary;
  summary.hour = hour;
  std::map<std::uint16_t, std::uint64_t> blobs;  // how far each goes
  for (const IndexRecord& record : arrivals) {
    if (record.type != RecordType::kSegment && record.type != RecordType::kOpen) continue;
    if (gone.count(record.blob) != 0) continue;
    std::uint64_t& end = blobs[record.blob];
    end = std::max(end, record.offset + record.size);
  }
  summary.blobs = static_cast<std::uint32_t>(blobs.size());
  for (const auto& [number, size] : blobs) summary.bytes += size;
  const std::vector<IndexRecord> segments = in_order_of_time(arrivals, gone);
  if (segments.empty()) return summary;
  summary.segments = static_cast<std::uint32_t>(segments.size());
  summary.first = segments.front().start;
  const std::vector<TimeRange> ranges = ranges_of(segments);
  summary.last = ranges.back().to;
  summary.gaps = static_cast<std::uint32_t>(ranges.size() - 1);
  for (const IndexRecord& record : segments) summary.recorded += media::Ticks(record.duration);
  return summary;
}

}  // namespace flu::segment
