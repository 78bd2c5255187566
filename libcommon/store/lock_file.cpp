#include "libcommon/store/lock_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fmt/format.h>

#include "libcommon/base/text.h"
#include "libcommon/io/file.h"
#include "libcommon/io/system_error.h"
#include "libcommon/store/archive_names.h"
#include "libcommon/store/archive_reader.h"
#include "libcommon/store/clean_lock.h"
#include "libcommon/store/durable_file.h"
#include "libcommon/store/limits.h"
#include "libcommon/store/window_names.h"

namespace flu::store {

using segment::LockLog;
using segment::LockOp;
using segment::LockRecord;
using segment::TimeRange;

Result<LockLog> read_locks(const std::string& folder) {
  const auto content = io::read_file(in_folder(folder, kLocksFile), kMaxLocksFile);
  if (!content && content.error().code == ErrorCode::kNotFound) return LockLog();
  if (!content) return tl::unexpected(content.error());
  return segment::read_lock_log(*content);
}

Result<LockFile> LockFile::open(const std::string& root, const std::string& stream) {
  LockFile out(root, stream, in_folder(root, stream_folder(stream)));
  if (::access(in_folder(out.folder_, kStreamFile).c_str(), F_OK) != 0) {
    return fail(ErrorCode::kNotFound,
                fmt::format("{}: nothing is recorded of '{}'", root, printable(stream)));
  }
  return out;
}

Result<LockLog> LockFile::list() const {
  return read_locks(folder_);
}

Result<TimeRange> LockFile::add(const TimeRange& range, WallTime now) {
  return change(LockOp::kLock, range, now);
}

Result<TimeRange> LockFile::remove(const TimeRange& range, WallTime now) {
  return change(LockOp::kUnlock, range, now);
}

// To whole segments: what is kept can be played from its beginning to its end.
Result<TimeRange> LockFile::widened(const TimeRange& range) const {
  auto reader = ArchiveReader::open(root_, stream_);
  if (!reader && reader.error().code == ErrorCode::kNotFound) return range;
  if (!reader) return tl::unexpected(std::move(reader).error());
  FLU_TRY_ASSIGN(const auto segments, reader->segments(range));
  TimeRange out = range;
  for (const segment::IndexRecord& record : segments) {
    out.from = std::min(out.from, record.start);
    out.to = std::max(out.to, segment::end_of(record));
  }
  return out;
}

Result<TimeRange> LockFile::change(LockOp op, const TimeRange& range, WallTime now) {
  if (range.from < media::Timestamp(0) || range.from >= range.to || range.to > media::kMaxUtc) {
    return fail(ErrorCode::kInvalidArgument, "expected a range of time that is not empty");
  }
  FLU_TRY_ASSIGN(const CleanLock held, CleanLock::take(folder_));
  FLU_TRY_ASSIGN(const TimeRange actual, widened(range));
  FLU_TRY_ASSIGN(const LockLog log, list());
  const LockRecord record{op, op == LockOp::kLock ? log.set.next_id() : 0, actual, now};
  if (log.set.is_news(record)) {
    FLU_TRY(append_durably(record));
    FLU_TRY(drop_dead_records());
  }
  return actual;
}

Result<void> LockFile::append_durably(const LockRecord& record) const {
  const std::string name = in_folder(folder_, kLocksFile);
  const bool is_new = ::access(name.c_str(), F_OK) != 0;
  FLU_TRY_ASSIGN(const UniqueFd file, io::open_file(name, O_RDWR | O_CREAT));
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return io::fail_system("stat", name, errno);
  const auto size = static_cast<std::uint64_t>(std::max<off_t>(status.st_size, 0));
  if (size + segment::kLockRecordSize > kMaxLocksFile) {
    return fail(ErrorCode::kLimitExceeded, fmt::format("{}: too many locks", name));
  }
  // Over a torn record: it was never promised.
  const std::uint64_t end = size - size % segment::kLockRecordSize;
  FLU_TRY(io::pwrite_all(file.get(), segment::write_lock_record(record), end, name));
  FLU_TRY(sync_data(file.get(), name));
  if (is_new) FLU_TRY(sync_folder(folder_));
  return {};
}

// The log with nothing but what holds, where most of it does not any more.
Result<void> LockFile::drop_dead_records() const {
  FLU_TRY_ASSIGN(const LockLog log, list());
  const std::size_t records = log.records + log.damaged;
  if (records < kManyLockRecords || log.set.locks().size() * 2 > records) return {};
  Buffer content;
  for (const segment::Lock& lock : log.set.locks()) {
    append(content, segment::write_lock_record({LockOp::kLock, lock.id, lock.range, lock.at}));
  }
  return replace_durably(in_folder(folder_, kLocksFile), content);
}

}  // namespace flu::store
