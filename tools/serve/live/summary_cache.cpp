#include "tools/serve/live/summary_cache.h"

#include <utility>

#include <fmt/format.h>

#include "libcommon/container/mpegts/ts_size.h"
#include "libcommon/io/file.h"
#include "tools/serve/live/fmp4.h"

namespace flu::serve {
namespace {

Result<container::SegmentSummary> read_summary(const segment::IndexRecord& record,
                                               const store::WindowReader& reader,
                                               const media::Tracks& tracks) {
  FLU_TRY_ASSIGN(const UniqueFd file, reader.open_segment(record));
  const std::size_t head = std::size_t{record.moof_relative} + record.moof_size;
  FLU_TRY_ASSIGN(const Buffer bytes, io::pread_up_to(file.get(), head, 0, "segment"));
  return container::summarize_segment(bytes, tracks, stretch_of(record));
}

}  // namespace

const container::SegmentSummary* SummaryCache::of(const segment::IndexRecord& record,
                                                  const store::WindowReader& reader,
                                                  const media::Tracks& tracks) {
  const std::int64_t start = record.start.count();
  auto place = entries_.find(start);
  if (place == entries_.end() || place->second.data_crc != record.data_crc) {
    Entry entry{record.data_crc, std::nullopt};
    auto read = read_summary(record, reader, tracks);
    if (read) {
      entry.summary = std::move(*read);
    } else {
      error_ = std::move(read).error().with_context(fmt::format("segment {}", record.seq));
    }
    place = entries_.insert_or_assign(start, std::move(entry)).first;
  }
  return place->second.summary ? &*place->second.summary : nullptr;
}

void SummaryCache::forget_before(const store::WindowSnapshot& window) {
  if (window.segments.empty()) return entries_.clear();
  entries_.erase(entries_.begin(), entries_.lower_bound(window.segments.front().start.count()));
  entries_.erase(entries_.upper_bound(window.segments.back().start.count()), entries_.end());
}

std::optional<Error> SummaryCache::take_error() {
  return std::exchange(error_, std::nullopt);
}

manifest::SegmentSizes sizes_of(const segment::IndexRecord& record,
                                const container::SegmentSummary& summary) {
  manifest::SegmentSizes sizes;
  sizes.duration = media::Ticks(record.duration);
  sizes.ts_table_bytes = container::estimate_ts_table_bytes(sizes.duration);
  sizes.tracks.reserve(summary.tracks.size());
  for (const auto& track : summary.tracks) {
    sizes.tracks.push_back({track.track_id, track.samples, track.fmp4_bytes, track.ts_bytes});
  }
  return sizes;
}

}  // namespace flu::serve
