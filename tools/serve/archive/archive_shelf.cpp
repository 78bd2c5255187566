// Tested by tests/e2e/serve/archive-hls.sh
#include "tools/serve/archive/archive_shelf.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "libcommon/io/file.h"
#include "tools/serve/limits.h"
#include "tools/serve/live/playlist.h"

namespace flu::serve {
namespace {

using segment::IndexRecord;
using segment::TimeRange;

constexpr std::size_t kMaxTrackSets = 64;  // different inits remembered

}  // namespace

Result<Records> ArchiveShelf::segments(const TimeRange& range) {
  FLU_TRY_ASSIGN(const auto hours, of_disk(reader_.hours(range)));
  std::uint64_t count = 0;
  // Of the first and the last hour perhaps only a part is asked for.
  for (std::size_t i = 1; i + 1 < hours.size(); ++i) count += hours[i].segments;
  if (count <= kMaxArchiveSegments) {
    FLU_TRY_ASSIGN(Records records, of_disk(reader_.segments(range)));
    if (records.size() <= kMaxArchiveSegments) return records;
  }
  return fail(
      ErrorCode::kLimitExceeded,
      fmt::format("That are more than {} segments: ask for a shorter time.", kMaxArchiveSegments));
}

Result<std::optional<IndexRecord>> ArchiveShelf::find(const manifest::SegmentTime& time) {
  constexpr std::int64_t kTicksPerMs = 90;
  const media::Timestamp start(time.start_ms * kTicksPerMs);
  const media::Ticks within = time.has_ms ? media::Ticks(kTicksPerMs) : std::chrono::seconds(1);
  FLU_TRY_ASSIGN(const Records records, of_disk(reader_.segments({start, start + within})));
  const auto found = std::find_if(records.rbegin(), records.rend(), [&](const auto& candidate) {
    return manifest::is_same_segment(
        time, manifest::segment_time(candidate.start, media::Ticks(candidate.duration)));
  });
  if (found == records.rend()) return std::optional<IndexRecord>();
  return std::optional(*found);
}

Result<std::optional<IndexRecord>> ArchiveShelf::next(media::Timestamp time) {
  FLU_TRY_ASSIGN(const auto hours, of_disk(reader_.hours({time, media::kMaxUtc})));
  for (const auto& hour : hours) {
    FLU_TRY_ASSIGN(const Records records, of_disk(reader_.segments({hour.first, hour.last})));
    for (const IndexRecord& record : records) {
      if (record.start >= time) return std::optional(record);
    }
  }
  return std::optional<IndexRecord>();
}

Result<std::optional<IndexRecord>> ArchiveShelf::previous(media::Timestamp time) {
  FLU_TRY_ASSIGN(const auto hours, of_disk(reader_.hours({media::Timestamp(0), time})));
  for (auto hour = hours.rbegin(); hour != hours.rend(); ++hour) {
    FLU_TRY_ASSIGN(const Records records, of_disk(reader_.segments({hour->first, hour->last})));
    for (auto record = records.rbegin(); record != records.rend(); ++record) {
      if (record->start < time) return std::optional(*record);
    }
  }
  return std::optional<IndexRecord>();
}

// To the hour. Of the first one perhaps little lies behind `from`: it is not counted.
Result<media::Timestamp> ArchiveShelf::end_of_recorded(media::Timestamp from,
                                                       media::Ticks recorded) {
  FLU_TRY_ASSIGN(const auto hours, of_disk(reader_.hours({from, media::kMaxUtc})));
  media::Ticks sum{0};
  for (const segment::HourSummary& hour : hours) {
    if (hour.first >= from) sum += hour.recorded;
    if (sum >= recorded) return hour.last;
  }
  return media::kMaxUtc;
}

const media::Tracks* ArchiveShelf::tracks_of(const IndexRecord& record) {
  const auto known = tracks_.find(record.init_hash);
  if (known != tracks_.end()) return &known->second;
  const std::pair blob(segment::hour_of(record.start), record.blob);
  if (unreadable_.contains(blob)) return nullptr;
  auto tracks = reader_.tracks(record);
  if (!tracks) {
    unreadable_.insert(blob);
    note(tracks.error());
    return nullptr;
  }
  if (tracks_.size() == kMaxTrackSets) tracks_.clear();
  return &tracks_.emplace(record.init_hash, std::move(*tracks)).first->second;
}

const container::SegmentSummary* ArchiveShelf::summary_of(const IndexRecord& record) {
  summary_.reset();
  const media::Tracks* const tracks = tracks_of(record);
  if (tracks == nullptr) return nullptr;
  const auto blob = reader_.open_blob(record);
  if (!blob) {
    note(blob.error());
    return nullptr;
  }
  const std::size_t head = std::size_t{record.moof_relative} + record.moof_size;
  const auto bytes =
      io::pread_up_to(blob->get(), std::min<std::size_t>(head, record.size), record.offset, "blob");
  if (!bytes) {
    note(bytes.error());
    return nullptr;
  }
  auto summary = container::summarize_segment(*bytes, *tracks, stretch_of(record));
  if (!summary) {
    note(summary.error());
    return nullptr;
  }
  summary_ = std::move(*summary);
  return &*summary_;
}

// An hour that is closed is read once, however many ask for inits that are not there.
const std::vector<IndexRecord>& ArchiveShelf::inits_of(const segment::HourSummary& hour) {
  const auto known = inits_.find(hour.hour);
  if (known != inits_.end() && hour.is_closed) return known->second;
  std::vector<IndexRecord>& out = inits_[hour.hour];
  out.clear();
  const auto records = reader_.segments({hour.first, hour.last});
  if (!records) {
    note(records.error());
    return out;
  }
  for (const IndexRecord& record : *records) {
    if (std::none_of(out.begin(), out.end(), [&](const IndexRecord& other) {
          return other.init_hash == record.init_hash;
        })) {
      out.push_back(record);
    }
  }
  return out;
}

Result<std::optional<PlayerInit>> ArchiveShelf::init(const Route& route) {
  FLU_TRY_ASSIGN(const auto hours, of_disk(reader_.hours({media::Timestamp(0), media::kMaxUtc})));
  if (inits_.size() > hours.size() + 1) inits_.clear();  // of hours that were cleaned
  std::set<std::uint32_t> seen;
  for (auto hour = hours.rbegin(); hour != hours.rend(); ++hour) {
    for (const IndexRecord& record : inits_of(*hour)) {
      if (!seen.insert(record.init_hash).second) continue;
      const media::Tracks* const tracks = tracks_of(record);
      if (tracks == nullptr) continue;
      const auto selection = select_tracks(*tracks, route.choice, Format::kFmp4);
      if (!selection) continue;
      PlayerInit init = make_fmp4_init(selection->tracks);
      if (init.hash == route.init_hash) return std::optional(std::move(init));
    }
  }
  return std::optional<PlayerInit>();
}

void ArchiveShelf::note(const Error& error) {
  if (trouble_.empty()) trouble_ = error.message;
}

std::string ArchiveShelf::take_trouble() {
  unreadable_.clear();
  return std::exchange(trouble_, {});
}

}  // namespace flu::serve
