#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "libcommon/base/bytes.h"
#include "libcommon/base/clock.h"
#include "libcommon/base/result.h"
#include "libcommon/segment/archive_timeline.h"

namespace flu::segment {

// locks.log: what of an archive is not to be cleaned (docs/format.md, "locks.log").

inline constexpr std::size_t kLockRecordSize = 64;

enum class LockOp : std::uint8_t { kLock = 1, kUnlock = 2 };

struct LockRecord {
  LockOp op = LockOp::kLock;
  std::uint32_t id = 0;  // of the lock; 0 for an unlock, which is of all locks
  TimeRange range;
  WallTime at{};  // when it was asked for

  bool operator==(const LockRecord&) const = default;
};

std::array<std::uint8_t, kLockRecordSize> write_lock_record(const LockRecord& record);
// kMalformed on a wrong checksum or an impossible field, kUnsupported of another version.
Result<LockRecord> parse_lock_record(Bytes bytes);

struct Lock {
  std::uint32_t id = 0;  // both parts of a lock that was split have the same
  TimeRange range;
  WallTime at{};

  bool operator==(const Lock&) const = default;
};

// The locks that hold, in order of time.
class LockSet {
 public:
  // Something of the range that no lock holds yet is locked.
  bool is_news(const LockRecord& record) const;
  void apply(const LockRecord& record);

  [[nodiscard]] const std::vector<Lock>& locks() const { return locks_; }
  [[nodiscard]] bool overlaps(const TimeRange& range) const;
  [[nodiscard]] std::uint32_t next_id() const { return next_id_; }

 private:
  std::vector<Lock> locks_;
  std::uint32_t next_id_ = 1;
};

// What stands in a locks.log of which any part may be damaged. A damaged record counts for nothing:
// if it was an unlock, the lock holds on; of a lock nothing can be known any more.
struct LockLog {
  LockSet set;
  std::size_t records = 0;  // good ones
  std::size_t damaged = 0;
};

LockLog read_lock_log(Bytes file);

}  // namespace flu::segment
