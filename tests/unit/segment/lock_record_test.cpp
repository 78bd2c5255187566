#include "libcommon/segment/lock_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flu::segment {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Seconds of a day in 2026.
TimeRange seconds(std::int64_t from, std::int64_t to) {
  const media::Timestamp day = start_of(498'000);
  return {day + media::Ticks(from * 90'000), day + media::Ticks(to * 90'000)};
}

LockRecord lock(std::uint32_t id, std::int64_t from, std::int64_t to) {
  return {LockOp::kLock, id, seconds(from, to), WallTime(std::chrono::seconds(1'792'800'000))};
}
LockRecord unlock(std::int64_t from, std::int64_t to) {
  return {LockOp::kUnlock, 0, seconds(from, to), WallTime(std::chrono::seconds(1'792'800'001))};
}

Buffer log(const std::vector<LockRecord>& records) {
  Buffer out;
  for (const LockRecord& record : records) append(out, write_lock_record(record));
  return out;
}

std::vector<TimeRange> ranges(const LockSet& set) {
  std::vector<TimeRange> out;
  for (const Lock& each : set.locks()) out.push_back(each.range);
  return out;
}

TEST(LockRecord, WhatIsWrittenIsRead) {
  for (const LockRecord& record : {lock(7, 0, 1000), unlock(5, 6)}) {
    const auto bytes = write_lock_record(record);
    const auto read = parse_lock_record(bytes);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(*read, record);
    for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
      EXPECT_FALSE(parse_lock_record(Bytes(bytes).first(cut)));
    }
  }
}

TEST(LockRecord, EveryBitIsUnderTheChecksum) {
  const auto good = write_lock_record(lock(7, 0, 1000));
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    auto bytes = good;
    bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ 1U << (bit % 8));
    EXPECT_FALSE(parse_lock_record(bytes)) << bit;
  }
}

TEST(LockRecord, ImpossibleRangesAndOperationsAreRefused) {
  for (const TimeRange& range :
       {seconds(5, 5), seconds(6, 5), TimeRange{media::Timestamp(-1), media::Timestamp(5)},
        TimeRange{media::Timestamp(0), media::kMaxUtc + media::Ticks(1)}}) {
    EXPECT_FALSE(parse_lock_record(write_lock_record({LockOp::kLock, 1, range, {}})));
  }
  EXPECT_FALSE(
      parse_lock_record(write_lock_record({static_cast<LockOp>(3), 1, seconds(0, 1), {}})));
}

TEST(LockSet, AnUnlockSplitsALock) {
  const LockLog read = read_lock_log(log({lock(1, 0, 100), unlock(40, 60)}));
  EXPECT_THAT(ranges(read.set), ElementsAre(seconds(0, 40), seconds(60, 100)));
  EXPECT_EQ(read.set.locks()[1].id, 1U);
  EXPECT_TRUE(read.set.overlaps(seconds(39, 41)));
  EXPECT_FALSE(read.set.overlaps(seconds(40, 60)));
}

TEST(LockSet, AnUnlockIsOfAllLocks) {
  EXPECT_THAT(ranges(read_lock_log(log({lock(1, 0, 100), lock(2, 50, 80), unlock(40, 90)})).set),
              ElementsAre(seconds(0, 40), seconds(90, 100)));
  EXPECT_THAT(ranges(read_lock_log(log({lock(1, 0, 100), unlock(0, 100)})).set), IsEmpty());
}

TEST(LockSet, LocksAreInOrderOfTimeAndNumbersGoOn) {
  const LockLog read = read_lock_log(log({lock(1, 50, 60), lock(2, 0, 10), unlock(0, 10)}));
  EXPECT_THAT(ranges(read.set), ElementsAre(seconds(50, 60)));
  EXPECT_EQ(read.set.next_id(), 3U);
}

TEST(LockSet, OnlyWhatIsNotYetSoIsNews) {
  const LockSet set = read_lock_log(log({lock(1, 0, 50), lock(2, 40, 100)})).set;
  EXPECT_FALSE(set.is_news(lock(3, 10, 90)));
  EXPECT_TRUE(set.is_news(lock(3, 10, 101)));
  EXPECT_TRUE(set.is_news(lock(3, 200, 201)));
  EXPECT_TRUE(set.is_news(unlock(99, 200)));
  EXPECT_FALSE(set.is_news(unlock(100, 200)));
}

TEST(LockLog, ADamagedUnlockKeepsTheLock) {
  Buffer file = log({lock(1, 0, 10), unlock(0, 10), lock(2, 20, 30)});
  file[kLockRecordSize + 9] ^= 1;
  const LockLog read = read_lock_log(file);
  EXPECT_THAT(ranges(read.set), ElementsAre(seconds(0, 10), seconds(20, 30)));
  EXPECT_EQ(read.records, 2U);
  EXPECT_EQ(read.damaged, 1U);
}

TEST(LockLog, ATornTailIsNoDamage) {
  const Buffer file = log({lock(1, 0, 10), lock(2, 20, 30)});
  for (std::size_t size = 0; size < file.size(); ++size) {
    const LockLog read = read_lock_log(Bytes(file).first(size));
    EXPECT_EQ(read.records, size / kLockRecordSize);
    EXPECT_EQ(read.damaged, 0U);
  }
}

}  // namespace
}  // namespace flu::segment
