#include "tools/serve/archive/archive_list.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace flu::serve {
namespace {

using segment::end_of;
using segment::IndexRecord;

bool is_before(const IndexRecord& a, const IndexRecord& b) {
  return a.start < b.start;
}

bool is_over(const IndexRecord& a, const IndexRecord& b) {
  const media::Ticks common = std::min(end_of(a), end_of(b)) - std::max(a.start, b.start);
  return common.count() * 2 > std::int64_t{std::min(a.duration, b.duration)};
}

// Is that segment, or another at its time, among these?
bool is_there(const Records& recorded, const IndexRecord& candidate) {
  const auto place = std::lower_bound(recorded.begin(), recorded.end(), candidate, is_before);
  if (place != recorded.end() && (place->start == candidate.start || is_over(*place, candidate))) {
    return true;
  }
  return place != recorded.begin() && is_over(*std::prev(place), candidate);
}

bool is_one_run(const IndexRecord& before, const IndexRecord& after) {
  return after.seq == before.seq + 1 && after.start - end_of(before) < segment::kGapTolerance;
}

}  // namespace

Records join(Records recorded, std::span<const IndexRecord> window,
             const segment::TimeRange& range) {
  Records more;
  for (const IndexRecord& record : window) {
    if (record.start >= range.to || end_of(record) <= range.from) continue;
    if (!is_there(recorded, record)) more.push_back(record);
  }
  if (more.empty()) return recorded;
  const auto middle = static_cast<std::ptrdiff_t>(recorded.size());
  recorded.insert(recorded.end(), more.begin(), more.end());
  std::inplace_merge(recorded.begin(), recorded.begin() + middle, recorded.end(), is_before);
  return recorded;
}

Reach reach_of(std::uint32_t target_duration) {
  const media::Ticks target = std::chrono::seconds(target_duration);
  return {target * 2, target * 3};
}

std::uint32_t longest(std::span<const IndexRecord> records, std::uint32_t least) {
  media::Ticks most = std::chrono::seconds(least);
  for (const IndexRecord& record : records) most = std::max(most, media::Ticks(record.duration));
  return static_cast<std::uint32_t>(std::chrono::ceil<std::chrono::seconds>(most).count());
}

std::span<const IndexRecord> shown_at(std::span<const IndexRecord> records, media::Timestamp at,
                                      const Reach& reach) {
  // The segment that is shown then, or in a moment: no gap is so short, and who names whole seconds
  // names one just before what was recorded first.
  const auto now = std::find_if(records.begin(), records.end(),
                                [&](const IndexRecord& record) { return end_of(record) > at; });
  if (now == records.end() || now->start - at >= segment::kGapTolerance) return {};
  auto first = now;
  while (first != records.begin() && is_one_run(*std::prev(first), *first) &&
         end_of(*std::prev(first)) > at - reach.behind) {
    --first;
  }
  auto last = std::next(now);
  while (last != records.end() && is_one_run(*std::prev(last), *last) &&
         last->start < at + reach.ahead) {
    ++last;
  }
  return {first, last};
}

std::span<const IndexRecord> shown_after(std::span<const IndexRecord> records, media::Ticks played,
                                         const Reach& reach) {
  media::Ticks before{0};
  std::size_t first = 0;
  std::size_t last = 0;
  for (const IndexRecord& record : records) {
    const media::Ticks duration(record.duration);
    if (before + duration <= played - reach.behind) ++first;
    if (before >= played + reach.ahead) break;
    before += duration;
    ++last;
  }
  // Its end is reached: what it shows last stays.
  const std::size_t stays = last - std::min<std::size_t>(last, 3);
  return records.subspan(std::min(first, stays), last - std::min(first, stays));
}

void drop_front(manifest::MediaPlaylist& playlist, std::size_t count) {
  auto& segments = playlist.segments;
  count = std::min(count, segments.size());
  const auto end = segments.begin() + static_cast<std::ptrdiff_t>(count);
  playlist.media_sequence += count;
  playlist.discontinuity_sequence += static_cast<std::uint64_t>(std::count_if(
      segments.begin(), end, [](const auto& segment) { return segment.is_discontinuity; }));
  segments.erase(segments.begin(), end);
}

}  // namespace flu::serve
