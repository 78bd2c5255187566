#include "libcommon/store/lock_file.h"

#include <fstream>

#include <gmock/gmock.h>

#include "tests/unit/store/archive_samples.h"

namespace flu::store {
namespace {

namespace fs = std::filesystem;
using segment::TimeRange;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr WallTime kNow{std::chrono::seconds(1'792'800'000)};

class LockFileTest : public ArchiveTest {
 protected:
  LockFileTest() {
    const ArchiveRoot root = open_root();
    ArchiveWriter writer = open_writer(root);
    for (unsigned i = 0; i < 300; ++i) add(writer, sample_segment(i));
    commit(writer);
  }
  LockFile open() { return std::move(*LockFile::open(root_path(), "cams/1")); }
  static TimeRange seconds(double from, double to) {
    const auto at = [](double s) { return media::Ticks(static_cast<std::int64_t>(s * 90'000)); };
    return {segment::start_of(kSampleHour) + at(from), segment::start_of(kSampleHour) + at(to)};
  }
  std::vector<TimeRange> listed() {
    std::vector<TimeRange> out;
    const auto log = open().list();
    EXPECT_TRUE(log);
    for (const auto& lock : log->set.locks()) out.push_back(lock.range);
    return out;
  }
};

TEST_F(LockFileTest, ALockIsWidenedToWholeSegments) {
  EXPECT_THAT(listed(), IsEmpty());
  const auto actual = open().add(seconds(2, 1002), kNow);
  ASSERT_TRUE(actual) << actual.error().message;
  EXPECT_EQ(*actual, seconds(0, 1004));
  EXPECT_THAT(listed(), ElementsAre(seconds(0, 1004)));
  EXPECT_EQ(*open().remove(seconds(2, 1002), kNow), seconds(0, 1004));
  EXPECT_THAT(listed(), IsEmpty());
}

TEST_F(LockFileTest, APartIsUnlocked) {
  LockFile locks = open();
  ASSERT_TRUE(locks.add(seconds(0, 100), kNow));
  EXPECT_EQ(*locks.remove(seconds(41, 59), kNow), seconds(40, 60));
  EXPECT_THAT(listed(), ElementsAre(seconds(0, 40), seconds(60, 100)));
}

TEST_F(LockFileTest, WhatIsStillToComeMayBeLocked) {
  EXPECT_EQ(*open().add(seconds(1199, 5000), kNow), seconds(1196, 5000));
  EXPECT_EQ(*open().add(seconds(90'000, 90'001), kNow), seconds(90'000, 90'001));
}

TEST_F(LockFileTest, WhatIsLockedAlreadyIsNotWrittenAgain) {
  ASSERT_TRUE(open().add(seconds(0, 100), kNow));
  EXPECT_EQ(*open().add(seconds(10, 20), kNow), seconds(8, 20));
  EXPECT_EQ(*open().remove(seconds(200, 300), kNow), seconds(200, 300));
  EXPECT_EQ(fs::file_size(file("locks.log")), 64U);
}

TEST_F(LockFileTest, ATornRecordIsWrittenOver) {
  ASSERT_TRUE(open().add(seconds(0, 100), kNow));
  ASSERT_TRUE(open().add(seconds(200, 300), kNow));
  for (std::uintmax_t size = 65; size < 128; size += 13) {
    fs::resize_file(file("locks.log"), size);
    EXPECT_THAT(listed(), ElementsAre(seconds(0, 100)));
    ASSERT_TRUE(open().add(seconds(400, 500), kNow));
    EXPECT_THAT(listed(), ElementsAre(seconds(0, 100), seconds(400, 500)));
    EXPECT_EQ(fs::file_size(file("locks.log")), 128U);
  }
}

TEST_F(LockFileTest, ADeadLogIsWrittenAnew) {
  LockFile locks = open();
  ASSERT_TRUE(locks.add(seconds(1000, 1100), kNow));
  for (int i = 0; i < 31; ++i) {
    ASSERT_TRUE(locks.add(seconds(0, 100), kNow));
    ASSERT_TRUE(locks.remove(seconds(0, 100), kNow));
  }
  EXPECT_EQ(fs::file_size(file("locks.log")), 63 * 64U);
  ASSERT_TRUE(locks.add(seconds(0, 100), kNow));
  EXPECT_EQ(fs::file_size(file("locks.log")), 2 * 64U);
  EXPECT_THAT(listed(), ElementsAre(seconds(0, 100), seconds(1000, 1100)));
}

TEST_F(LockFileTest, WhereNothingIsRecordedNothingIsLocked) {
  const auto other = LockFile::open(root_path(), "cams/2");
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::kNotFound);
  EXPECT_FALSE(fs::exists(fs::path(root_path()) / "cams+2"));
  EXPECT_EQ(open().add(seconds(5, 5), kNow).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace flu::store
