#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "libcommon/base/clock.h"
#include "libcommon/base/result.h"
#include "libcommon/segment/archive_timeline.h"
#include "libcommon/segment/lock_record.h"

namespace flu::store {

// ROOT/STREAM/locks.log: ranges of an archive that are not cleaned. Any process may change it, at
// any time; what a call returns is durable.
class LockFile {
 public:
  // kNotFound where there is no archive.
  static Result<LockFile> open(const std::string& root, const std::string& stream);

  // What is locked now, and is to be: the range, widened to whole segments.
  Result<segment::TimeRange> add(const segment::TimeRange& range, WallTime now);
  // The range that is unlocked now, widened likewise; locks that reach over it stay in parts.
  Result<segment::TimeRange> remove(const segment::TimeRange& range, WallTime now);

  // In order of time.
  [[nodiscard]] Result<segment::LockLog> list() const;

 private:
  LockFile(std::string root, std::string stream, std::string folder)
      : root_(std::move(root)), stream_(std::move(stream)), folder_(std::move(folder)) {}

  Result<segment::TimeRange> change(segment::LockOp op, const segment::TimeRange& range,
                                    WallTime now);
  [[nodiscard]] Result<segment::TimeRange> widened(const segment::TimeRange& range) const;
  [[nodiscard]] Result<void> append_durably(const segment::LockRecord& record) const;
  [[nodiscard]] Result<void> drop_dead_records() const;

  std::string root_;
  std::string stream_;
  std::string folder_;
};

// The locks of a stream's folder; none where there is no log.
Result<segment::LockLog> read_locks(const std::string& folder);

}  // namespace flu::store
