#include "libcommon/store/archive_writer.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fmt/format.h>

#include "libcommon/base/text.h"
#include "libcommon/io/file.h"
#include "libcommon/io/system_error.h"
#include "libcommon/segment/archive_timeline.h"
#include "libcommon/store/archive_names.h"
#include "libcommon/store/clean_lock.h"
#include "libcommon/store/durable_file.h"
#include "libcommon/store/find_hours.h"
#include "libcommon/store/hour_content.h"
#include "libcommon/store/window_names.h"

namespace flu::store {

using segment::Hour;
using segment::IndexRecord;

Result<ArchiveWriter> ArchiveWriter::open(const ArchiveRoot& root, const std::string& stream,
                                          const Settings& settings) {
  ArchiveWriter writer(root, in_folder(root.base(), stream_folder(stream)), settings);
  if (auto done = writer.open_files(stream); !done) {
    return tl::unexpected(root.readable(std::move(done).error()));
  }
  return writer;
}

Result<void> ArchiveWriter::open_files(const std::string& stream) {
  FLU_TRY(io::make_directories(folder_));
  FLU_TRY(sync_folder(root_->base()));
  {
    FLU_TRY_ASSIGN(const CleanLock held, CleanLock::take(folder_));
    FLU_TRY(take_lock());
    FLU_TRY(load_stream_file(stream));
    FLU_TRY_ASSIGN(HoursFile hours, HoursFile::open(folder_, file_.uuid));
    hours_file_ = std::make_unique<HoursFile>(std::move(hours));
    if (hours_file_->was_made()) FLU_TRY(rebuild_hours());
  }
  const auto open_hours = file_.open_hours;
  for (const Hour hour : open_hours) {
    // It may be cleaned meanwhile.
    const bool is_there = ::access(in_folder(folder_, hour_index_file(hour)).c_str(), F_OK) == 0;
    if (!is_there) continue;
    FLU_TRY_ASSIGN(HourWriter * writer, open_hour(hour));
    FLU_TRY(tell(*writer));
  }
  return {};
}

Result<void> ArchiveWriter::take_lock() {
  const std::string name = in_folder(folder_, kArchiveLock);
  FLU_TRY_ASSIGN(lock_, io::open_file(name, O_RDWR | O_CREAT));
  if (::flock(lock_.get(), LOCK_EX | LOCK_NB) == 0) return {};
  if (errno != EWOULDBLOCK) return io::fail_system("lock", name, errno);
  return fail(ErrorCode::kUnavailable, fmt::format("{}: recorded by another process", folder_));
}

Result<void> ArchiveWriter::load_stream_file(const std::string& stream) {
  const std::string name = in_folder(folder_, kStreamFile);
  const auto content = io::read_file(name, kMaxStreamFile);
  if (content) {
    auto file = parse_stream_file(as_text(*content));
    if (!file) return tl::unexpected(std::move(file).error().with_context(folder_));
    file_ = std::move(*file);
    if (file_.owner == settings_.owner) return {};
    ++file_.epoch;
    file_.owner = settings_.owner;
    return save_stream_file();
  }
  if (content.error().code != ErrorCode::kNotFound) return tl::unexpected(content.error());
  file_.name = stream;
  file_.owner = settings_.owner;
  if (::getrandom(file_.uuid.data(), file_.uuid.size(), 0) < 0) {
    return io::fail_system("getrandom", "", errno);
  }
  return save_stream_file();
}

Result<void> ArchiveWriter::save_stream_file() {
  return replace_durably(in_folder(folder_, kStreamFile), as_bytes(write_stream_file(file_)));
}

// hours.idx is derived: where it is lost, from the hours themselves.
Result<void> ArchiveWriter::rebuild_hours() {
  FLU_TRY_ASSIGN(const std::vector<Hour> found, find_hours(folder_));
  for (const Hour hour : found) {
    auto content = read_hour(folder_, hour);
    if (!content && content.error().code == ErrorCode::kMalformed) continue;
    if (!content) return tl::unexpected(std::move(content).error());
    content->summary.is_closed = file_.open_hours.count(hour) == 0;
    FLU_TRY(hours_file_->put(content->summary));
  }
  return hours_file_->sync();
}

Result<void> ArchiveWriter::make_folders(Hour hour) {
  const std::string day = day_folder(hour);
  FLU_TRY(io::make_directories(in_folder(folder_, day)));
  // YYYY/MM/DD: each name lies in the folder above.
  constexpr std::size_t kYear = 4;
  constexpr std::size_t kMonth = 7;
  FLU_TRY(sync_folder(folder_));
  FLU_TRY(sync_folder(in_folder(folder_, day.substr(0, kYear))));
  return sync_folder(in_folder(folder_, day.substr(0, kMonth)));
}

Result<void> ArchiveWriter::prepare(Hour hour) {
  if (hours_.count(hour) != 0) return {};
  auto done = [&]() -> Result<void> {
    FLU_TRY_ASSIGN(HourWriter * writer, open_hour(hour));
    return tell(*writer);
  }();
  if (!done) return tl::unexpected(root_->readable(std::move(done).error()));
  return {};
}

Result<HourWriter*> ArchiveWriter::open_hour(Hour hour) {
  if (const auto found = hours_.find(hour); found != hours_.end()) return &found->second;
  // Until stream.json names it, it may be cleaned, with the folders that it lies in.
  FLU_TRY_ASSIGN(const CleanLock held, CleanLock::take(folder_));
  FLU_TRY(make_folders(hour));
  // Before anything stands in it: a recovery is to know where to look.
  if (file_.open_hours.insert(hour).second) {
    for (auto old = file_.open_hours.begin(); old != file_.open_hours.end();) {
      const bool is_open = *old == hour || hours_.count(*old) != 0;
      old = is_open ? std::next(old) : file_.open_hours.erase(old);
    }
    if (auto done = save_stream_file(); !done) {
      file_.open_hours.erase(hour);
      return tl::unexpected(std::move(done).error());
    }
  }
  FLU_TRY_ASSIGN(HourWriter writer, HourWriter::open({folder_, hour, file_.uuid, file_.epoch,
                                                      settings_.max_blob_bytes}));
  dropped_bytes_ += writer.dropped_bytes();
  return &hours_.emplace(hour, std::move(writer)).first->second;
}

Result<bool> ArchiveWriter::has(const IndexRecord& record) {
  auto hour = open_hour(segment::hour_of(record.start));
  if (!hour) return tl::unexpected(root_->readable(std::move(hour).error()));
  const auto& records = (*hour)->records();
  return std::any_of(records.rbegin(), records.rend(), [&](const IndexRecord& other) {
    return other.type == segment::RecordType::kSegment && other.seq == record.seq &&
           other.start == record.start;
  });
}

Result<IndexRecord> ArchiveWriter::append(const IndexRecord& record, Bytes segment, Bytes init) {
  auto done = [&]() -> Result<IndexRecord> {
    FLU_TRY_ASSIGN(HourWriter * hour, open_hour(segment::hour_of(record.start)));
    return hour->append(record, segment, init);
  }();
  if (!done) return tl::unexpected(root_->readable(std::move(done).error()));
  group_.push_back(*done);
  return done;
}

Result<void> ArchiveWriter::sync_media() {
  for (auto& [number, hour] : hours_) {
    if (!hour.has_pending()) continue;
    if (auto done = hour.sync_media(); !done) {
      return tl::unexpected(root_->readable(std::move(done).error()));
    }
  }
  return {};
}

void ArchiveWriter::media_is_synced() {
  for (auto& [number, hour] : hours_) {
    if (hour.has_pending()) hour.media_is_synced();
  }
}

Result<void> ArchiveWriter::write_records() {
  for (auto& [number, hour] : hours_) {
    if (!hour.has_pending()) continue;
    if (auto done = hour.write_records(); !done) {
      return tl::unexpected(root_->readable(std::move(done).error()));
    }
  }
  return {};
}

bool ArchiveWriter::is_in_group(Hour hour) const {
  return std::any_of(group_.begin(), group_.end(), [&](const IndexRecord& record) {
    return segment::hour_of(record.start) == hour;
  });
}

Result<void> ArchiveWriter::sync_records() {
  for (auto& [number, hour] : hours_) {
    if (!is_in_group(number)) continue;
    if (auto done = hour.sync_records(); !done) {
      return tl::unexpected(root_->readable(std::move(done).error()));
    }
  }
  return {};
}

// hours.idx follows; until an hour is closed nobody relies on it.
std::vector<IndexRecord> ArchiveWriter::acknowledge() {
  for (const auto& [number, hour] : hours_) {
    if (is_in_group(number)) (void)tell(hour);
  }
  return std::exchange(group_, {});
}

Result<void> ArchiveWriter::tell(const HourWriter& hour) {
  const auto summary = segment::summarize(hour.hour(), hour.records());
  if (!hours_file_->replaces_for(hour.hour())) return hours_file_->put(summary);
  FLU_TRY_ASSIGN(const CleanLock held, CleanLock::take(folder_));
  return hours_file_->put(summary);
}

// From here on hours.idx is believed: without what was cleaned while the hour was recorded.
Result<void> ArchiveWriter::close(const HourWriter& hour) {
  FLU_TRY_ASSIGN(const CleanLock held, CleanLock::take(folder_));
  auto summary = segment::summarize(hour.hour(), hour.records(),
                                    gone_blobs(folder_, hour.hour(), blobs_of(hour.records())));
  summary.is_closed = true;
  return hours_file_->put(summary);
}

Result<void> ArchiveWriter::set_limits(const segment::ArchiveLimits& limits) {
  if (file_.limits == limits) return {};
  file_.limits = limits;
  if (auto done = save_stream_file(); !done) {
    return tl::unexpected(root_->readable(std::move(done).error()));
  }
  return {};
}

Result<void> ArchiveWriter::close_before(Hour hour) {
  const auto is_old = [&](const auto& open) {
    return open.first < hour && !open.second.has_pending();
  };
  if (std::none_of(hours_.begin(), hours_.end(), is_old)) return {};
  auto done = [&]() -> Result<void> {
    for (const auto& open : hours_) {
      if (is_old(open)) FLU_TRY(close(open.second));
    }
    return hours_file_->sync();
  }();
  if (!done) return tl::unexpected(root_->readable(std::move(done).error()));
  // stream.json goes on naming them until the next hour is opened: a recovery finds them closed.
  std::erase_if(hours_, is_old);
  return {};
}

}  // namespace flu::store
