#include "libcommon/store/archive_reader.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include <fmt/format.h>

#include "libcommon/base/sha256.h"
#include "libcommon/base/text.h"
#include "libcommon/container/mp4/init.h"
#include "libcommon/io/file.h"
#include "libcommon/io/system_error.h"
#include "libcommon/store/archive_names.h"
#include "libcommon/store/hour_content.h"
#include "libcommon/store/hours_file.h"
#include "libcommon/store/limits.h"
#include "libcommon/store/segment_check.h"
#include "libcommon/store/window_names.h"

namespace flu::store {
namespace {

using segment::Hour;
using segment::HourSummary;
using segment::IndexRecord;
using segment::TimeRange;

// A segment that began in the hour before may reach into this one.
constexpr media::Ticks kLongestSegment{std::int64_t{60} * 90'000};

// The hours that may hold something of a range; from < to.
std::pair<Hour, Hour> hours_of(const TimeRange& range) {
  const auto from = std::max(range.from, kLongestSegment);
  const Hour first = segment::hour_of(from - kLongestSegment);
  return {first, segment::hour_of(range.to - media::Ticks(1)) + 1};
}

TimeRange valid(TimeRange range) {
  range.from = std::max(range.from, media::Timestamp(0));
  range.to = std::min(range.to, media::kMaxUtc);
  return range;
}

bool overlaps(const TimeRange& range, media::Timestamp from, media::Timestamp to) {
  return from < range.to && to > range.from;
}

}  // namespace

Result<ArchiveReader> ArchiveReader::open(const std::string& root, std::string_view stream) {
  ArchiveReader reader(in_folder(root, stream_folder(stream)));
  const std::string hours = in_folder(reader.folder_, kHoursFile);
  if (auto file = io::open_file(hours, O_RDONLY); !file) {
    if (file.error().code != ErrorCode::kNotFound) {
      return tl::unexpected(std::move(file).error());
    }
    return fail(ErrorCode::kNotFound,
                fmt::format("{}: nothing is recorded of '{}'", root, printable(stream)));
  }
  return reader;
}

// The index as it is now: a hour that is recorded grows.
Result<const ArchiveReader::CachedHour*> ArchiveReader::load_hour(Hour hour) {
  const std::string name = in_folder(folder_, hour_index_file(hour));
  FLU_TRY_ASSIGN(const UniqueFd file, io::open_file(name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return io::fail_system("stat", name, errno);
  if (!S_ISREG(status.st_mode)) {
    return fail(ErrorCode::kMalformed, fmt::format("{}: expected a file", name));
  }
  const auto size = static_cast<std::uint64_t>(std::max<off_t>(status.st_size, 0));
  if (size > kMaxHourIndexBytes) {
    return fail(ErrorCode::kLimitExceeded,
                fmt::format("{}: larger than {} bytes", name, kMaxHourIndexBytes));
  }
  const std::int64_t changed =
      std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
  const auto found = std::find_if(cache_.begin(), cache_.end(),
                                  [&](const CachedHour& cached) { return cached.hour == hour; });
  if (found != cache_.end()) {
    cache_.splice(cache_.begin(), cache_, found);
    const CachedHour& cached = cache_.front();
    // Cleaning removes blobs of an hour and leaves its index.
    if (cached.inode == status.st_ino && cached.size == size && cached.changed == changed &&
        cached.gone == gone_blobs(folder_, hour, cached.blobs)) {
      return &cached;
    }
    cache_.pop_front();
  }
  FLU_TRY_ASSIGN(const Buffer content, io::pread_up_to(file.get(), size, 0, name));
  segment::HourRecords records = segment::read_hour_records(content);
  if (records.header && records.header->hour != hour) {
    return fail(ErrorCode::kMalformed, fmt::format("{}: the index of another hour", name));
  }
  std::erase_if(records.records, [&](const IndexRecord& record) {
    return record.type == segment::RecordType::kSegment && segment::hour_of(record.start) != hour;
  });
  CachedHour loaded;
  loaded.hour = hour;
  loaded.inode = status.st_ino;
  loaded.size = size;
  loaded.changed = changed;
  loaded.blobs = blobs_of(records.records);
  loaded.gone = gone_blobs(folder_, hour, loaded.blobs);
  loaded.segments = segment::in_order_of_time(records.records, loaded.gone);
  loaded.summary = segment::summarize(hour, records.records, loaded.gone);
  cache_.push_front(std::move(loaded));
  if (cache_.size() > kCachedHours) cache_.pop_back();
  return &cache_.front();
}

Result<std::vector<HourSummary>> ArchiveReader::hours(const TimeRange& asked) {
  const TimeRange range = valid(asked);
  std::vector<HourSummary> out;
  if (range.from >= range.to) return out;
  const auto [first, past] = hours_of(range);
  const std::string name = in_folder(folder_, kHoursFile);
  FLU_TRY_ASSIGN(const UniqueFd file, io::open_file(name, O_RDONLY));
  FLU_TRY_ASSIGN(const std::vector<KnownHour> known, read_hours(file.get(), first, past, name));
  for (const KnownHour& hour : known) {
    HourSummary summary;
    if (hour.summary && hour.summary->is_closed) {
      summary = *hour.summary;
    } else if (const auto loaded = load_hour(hour.hour)) {
      summary = (*loaded)->summary;
    }
    if (summary.segments > 0 && overlaps(range, summary.first, summary.last)) {
      out.push_back(summary);
    }
  }
  return out;
}

Result<std::vector<IndexRecord>> ArchiveReader::segments(const TimeRange& asked) {
  const TimeRange range = valid(asked);
  FLU_TRY_ASSIGN(const std::vector<HourSummary> touched, hours(range));
  std::vector<IndexRecord> out;
  for (const HourSummary& summary : touched) {
    const auto hour = load_hour(summary.hour);
    if (!hour) continue;  // cleaned meanwhile
    for (const IndexRecord& record : (*hour)->segments) {
      if (overlaps(range, record.start, segment::end_of(record))) out.push_back(record);
    }
  }
  return out;
}

Result<std::vector<TimeRange>> ArchiveReader::ranges(const TimeRange& asked) {
  const TimeRange range = valid(asked);
  FLU_TRY_ASSIGN(const std::vector<HourSummary> touched, hours(range));
  std::vector<TimeRange> out;
  const auto add = [&](media::Timestamp from, media::Timestamp to) {
    if (!overlaps(range, from, to)) return;
    segment::add_range(out, {std::max(from, range.from), std::min(to, range.to)});
  };
  for (const HourSummary& summary : touched) {
    if (summary.gaps == 0) {
      add(summary.first, summary.last);
      continue;
    }
    const auto hour = load_hour(summary.hour);
    if (!hour) continue;
    for (const IndexRecord& record : (*hour)->segments) add(record.start, segment::end_of(record));
  }
  return out;
}

Result<std::optional<TimeRange>> ArchiveReader::extent() {
  FLU_TRY_ASSIGN(const auto all, hours({media::Timestamp(0), media::kMaxUtc}));
  if (all.empty()) return std::optional<TimeRange>();
  return std::optional(TimeRange{all.front().first, all.back().last});
}

Result<std::optional<IndexRecord>> ArchiveReader::find(media::Timestamp start) {
  if (!media::is_utc(start)) return std::optional<IndexRecord>();
  const auto hour = load_hour(segment::hour_of(start));
  if (!hour && hour.error().code == ErrorCode::kNotFound) return std::optional<IndexRecord>();
  if (!hour) return tl::unexpected(hour.error());
  const auto& segments = (*hour)->segments;
  const auto found = std::lower_bound(
      segments.begin(), segments.end(), start,
      [](const IndexRecord& record, media::Timestamp time) { return record.start < time; });
  if (found == segments.end() || found->start != start) return std::optional<IndexRecord>();
  return std::optional(*found);
}

Result<UniqueFd> ArchiveReader::open_blob(const IndexRecord& record) const {
  const std::string name =
      in_folder(folder_, blob_file(segment::hour_of(record.start), record.blob));
  FLU_TRY_ASSIGN(UniqueFd blob, io::open_file(name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
  struct stat status {};
  if (::fstat(blob.get(), &status) != 0) return io::fail_system("stat", name, errno);
  const auto size = static_cast<std::uint64_t>(std::max<off_t>(status.st_size, 0));
  if (!S_ISREG(status.st_mode) || record.offset + record.size > size) {
    return fail(ErrorCode::kMalformed, fmt::format("{}: {} bytes, a segment should end at {}", name,
                                                   size, record.offset + record.size));
  }
  return blob;
}

Result<Buffer> ArchiveReader::read_segment(const IndexRecord& record) const {
  FLU_TRY_ASSIGN(const UniqueFd blob, open_blob(record));
  FLU_TRY_ASSIGN(Buffer bytes,
                 io::pread_up_to(blob.get(), record.size, record.offset, "a segment"));
  FLU_TRY(check_segment(record, bytes));
  return bytes;
}

Result<Buffer> ArchiveReader::init(const IndexRecord& record) const {
  const Hour hour = segment::hour_of(record.start);
  const std::string index = in_folder(folder_, hour_index_file(hour));
  FLU_TRY_ASSIGN(const Buffer content, io::read_file(index, kMaxHourIndexBytes));
  const std::string name = in_folder(folder_, blob_file(hour, record.blob));
  FLU_TRY_ASSIGN(const UniqueFd blob, open_blob(record));
  for (const IndexRecord& opened : segment::read_hour_records(content).records) {
    if (opened.type != segment::RecordType::kOpen || opened.blob != record.blob) continue;
    if (opened.size > kMaxInitBytes) break;
    FLU_TRY_ASSIGN(Buffer init, io::pread_up_to(blob.get(), opened.size, 0, name));
    if (init_hash_of(sha256(init)) == record.init_hash) return init;
  }
  return fail(ErrorCode::kMalformed,
              fmt::format("{}: does not begin with the tracks of its segments", name));
}

Result<media::Tracks> ArchiveReader::tracks(const IndexRecord& record) const {
  FLU_TRY_ASSIGN(const Buffer bytes, init(record));
  return container::parse_init(bytes);
}

}  // namespace flu::store
