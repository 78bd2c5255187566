#include "libcommon/segment/lock_record.h"

#include <algorithm>

#include <fmt/format.h>

#include "libcommon/base/crc32c.h"
#include "libcommon/base/little_endian.h"

namespace flu::segment {
namespace {

// Offsets in the record (docs/format.md, "locks.log").
constexpr std::size_t kOp = 0;
constexpr std::size_t kVersion = 1;
constexpr std::size_t kId = 4;
constexpr std::size_t kFrom = 8;
constexpr std::size_t kTo = 16;
constexpr std::size_t kAt = 24;
constexpr std::size_t kCrc = 60;  // of all before it

constexpr std::uint8_t kThisVersion = 1;

}  // namespace

std::array<std::uint8_t, kLockRecordSize> write_lock_record(const LockRecord& record) {
  std::array<std::uint8_t, kLockRecordSize> bytes{};
  const auto put = [&](std::size_t at, std::int64_t value) {
    put_little_endian(bytes, at, static_cast<std::uint64_t>(value));
  };
  bytes[kOp] = static_cast<std::uint8_t>(record.op);
  bytes[kVersion] = kThisVersion;
  put_little_endian(bytes, kId, record.id);
  put(kFrom, record.range.from.count());
  put(kTo, record.range.to.count());
  put(kAt, record.at.time_since_epoch().count());
  put_little_endian(bytes, kCrc, crc32c(Bytes(bytes).first(kCrc)));
  return bytes;
}

Result<LockRecord> parse_lock_record(Bytes bytes) {
  if (bytes.size() < kLockRecordSize) {
    return fail(ErrorCode::kMalformed,
                fmt::format("lock record: {} bytes, expected {}", bytes.size(), kLockRecordSize));
  }
  const std::uint32_t crc = crc32c(bytes.first(kCrc));
  if (const auto stored = get_little_endian<std::uint32_t>(bytes, kCrc); stored != crc) {
    return fail(ErrorCode::kMalformed,
                fmt::format("lock record: checksum {:08x}, expected {:08x}", stored, crc));
  }
  if (bytes[kVersion] != kThisVersion) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("lock record: version {}, expected {}", bytes[kVersion], kThisVersion));
  }
  const auto get = [&](std::size_t at) {
    return static_cast<std::int64_t>(get_little_endian<std::uint64_t>(bytes, at));
  };
  LockRecord record;
  record.op = static_cast<LockOp>(bytes[kOp]);
  record.id = get_little_endian<std::uint32_t>(bytes, kId);
  record.range = {media::Timestamp(get(kFrom)), media::Timestamp(get(kTo))};
  record.at = WallTime(std::chrono::microseconds(get(kAt)));
  if (record.op != LockOp::kLock && record.op != LockOp::kUnlock) {
    return fail(ErrorCode::kMalformed,
                fmt::format("lock record: operation {}, expected 1 or 2", bytes[kOp]));
  }
  if (record.range.from < media::Timestamp(0) || record.range.to > media::kMaxUtc ||
      record.range.from >= record.range.to) {
    return fail(ErrorCode::kMalformed,
                fmt::format("lock record: from {} to {}", get(kFrom), get(kTo)));
  }
  return record;
}

bool LockSet::is_news(const LockRecord& record) const {
  if (record.op == LockOp::kUnlock) return overlaps(record.range);
  media::Timestamp covered = record.range.from;  // locks are in order of time
  for (const Lock& lock : locks_) {
    if (lock.range.from <= covered) covered = std::max(covered, lock.range.to);
  }
  return covered < record.range.to;
}

void LockSet::apply(const LockRecord& record) {
  if (record.op == LockOp::kLock) {
    const auto place = std::upper_bound(
        locks_.begin(), locks_.end(), record.range.from,
        [](media::Timestamp from, const Lock& lock) { return from < lock.range.from; });
    locks_.insert(place, {record.id, record.range, record.at});
    next_id_ = std::max(next_id_, record.id + 1);
    return;
  }
  std::vector<Lock> left;
  for (const Lock& lock : locks_) {
    if (!segment::overlaps(lock.range, record.range)) {
      left.push_back(lock);
      continue;
    }
    if (lock.range.from < record.range.from) {
      left.push_back({lock.id, {lock.range.from, record.range.from}, lock.at});
    }
    if (lock.range.to > record.range.to) {
      left.push_back({lock.id, {record.range.to, lock.range.to}, lock.at});
    }
  }
  std::stable_sort(left.begin(), left.end(),
                   [](const Lock& a, const Lock& b) { return a.range.from < b.range.from; });
  locks_ = std::move(left);
}

bool LockSet::overlaps(const TimeRange& range) const {
  return std::any_of(locks_.begin(), locks_.end(),
                     [&](const Lock& lock) { return segment::overlaps(lock.range, range); });
}

LockLog read_lock_log(Bytes file) {
  LockLog out;
  for (; file.size() >= kLockRecordSize; file = file.subspan(kLockRecordSize)) {
    const auto record = parse_lock_record(file.first(kLockRecordSize));
    if (!record) {
      ++out.damaged;
      continue;
    }
    ++out.records;
    out.set.apply(*record);
  }
  return out;
}

}  // namespace flu::segment
