#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "libcommon/base/result.h"
#include "libcommon/container/mp4/segment_summary.h"
#include "libcommon/manifest/segment_url.h"
#include "libcommon/media/track.h"
#include "libcommon/segment/archive_timeline.h"
#include "libcommon/store/archive_reader.h"
#include "tools/serve/archive/archive_list.h"
#include "tools/serve/live/fmp4.h"
#include "tools/serve/route.h"

namespace flu::serve {

// What a disk did is no fault of who asks: no words for the client.
template <typename T>
Result<T> of_disk(Result<T> result) {
  if (!result) result.error().code = ErrorCode::kUnavailable;
  return result;
}

// One stream's archive, with what was once read of it. Reads a disk.
class ArchiveShelf {
 public:
  explicit ArchiveShelf(store::ArchiveReader reader) : reader_(std::move(reader)) {}

  [[nodiscard]] store::ArchiveReader& reader() { return reader_; }

  // Segments that lie in the range. kLimitExceeded, in words for the client: more than a playlist
  // may have.
  Result<Records> segments(const segment::TimeRange& range);

  // nullopt: there is none of that name.
  Result<std::optional<segment::IndexRecord>> find(const manifest::SegmentTime& time);

  // The first segment behind a time, and the last before it.
  Result<std::optional<segment::IndexRecord>> next(media::Timestamp time);
  Result<std::optional<segment::IndexRecord>> previous(media::Timestamp time);

  // By when at least so much is recorded from a time on; kMaxUtc: there is no more than that.
  Result<media::Timestamp> end_of_recorded(media::Timestamp from, media::Ticks recorded);

  // Null where they cannot be read.
  const media::Tracks* tracks_of(const segment::IndexRecord& record);
  // Until the next call.
  const container::SegmentSummary* summary_of(const segment::IndexRecord& record);

  // What an init's address leads to, of all segments that are recorded. nullopt: none needs it.
  Result<std::optional<PlayerInit>> init(const Route& route);

  [[nodiscard]] std::string take_trouble();  // what could not be read since

 private:
  const std::vector<segment::IndexRecord>& inits_of(const segment::HourSummary& hour);
  void note(const Error& error);

  store::ArchiveReader reader_;
  std::map<std::uint32_t, media::Tracks> tracks_;                     // by init_hash
  std::map<segment::Hour, std::vector<segment::IndexRecord>> inits_;  // one that has each, by hour
  // Blobs without tracks: hundreds of segments may name one. Until take_trouble().
  std::set<std::pair<segment::Hour, std::uint16_t>> unreadable_;
  std::optional<container::SegmentSummary> summary_;
  std::string trouble_;
};

}  // namespace flu::serve
