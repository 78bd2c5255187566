#include "libcommon/segment/retention.h"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flu::segment {
namespace {

using std::chrono::hours;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Hour kFirst = 498'000;
constexpr std::uint64_t kG = std::uint64_t{1} << 30;

// Minutes behind the start of kFirst.
media::Timestamp at(double minutes) {
  return start_of(kFirst) + media::Ticks(static_cast<std::int64_t>(minutes * 60 * 90'000));
}
TimeRange minutes(double from, double to) {
  return {at(from), at(to)};
}

class RetentionTest : public ::testing::Test {
 protected:
  RetentionTest() {
    input_.disk = {50 * kG, 50 * kG};
    input_.blobs_of = [this](std::size_t stream, Hour hour) {
      ++asked_;
      return blobs_[{stream, hour}];
    };
  }

  // Hours of one blob and 1 GiB each, from the first-th on.
  std::size_t add(const std::string& name, unsigned first, unsigned count,
                  const ArchiveLimits& limits) {
    StreamArchive archive;
    archive.name = name;
    archive.limits = limits;
    for (unsigned i = first; i < first + count; ++i) {
      archive.hours.push_back({kFirst + i, minutes(i * 60, i * 60 + 60), kG, 1});
    }
    input_.streams.push_back(std::move(archive));
    return input_.streams.size() - 1;
  }
  // Of equal length.
  void cut(std::size_t stream, unsigned hour, unsigned blobs) {
    ArchiveHour& cut = input_.streams[stream].hours[hour];
    cut.blobs = blobs;
    cut.bytes = blobs * kG;
    const media::Ticks length = (cut.time.to - cut.time.from) / blobs;
    for (unsigned i = 0; i < blobs; ++i) {
      blobs_[{stream, cut.hour}].push_back(
          {static_cast<std::uint16_t>(i),
           {cut.time.from + length * i, cut.time.from + length * (i + 1)},
           kG});
    }
  }
  void lock(std::size_t stream, const TimeRange& range) {
    input_.streams[stream].locks.apply({LockOp::kLock, 1, range, {}});
  }

  // "a0" is the first hour of stream a, "a2.1" a blob of its third.
  std::vector<std::string> deleted() {
    plan_ = plan_cleaning(input_);
    std::vector<std::string> out;
    for (const Deletion& each : plan_.deletions) {
      out.push_back(input_.streams[each.stream].name + std::to_string(each.hour - kFirst));
      if (each.blob) out.back() += "." + std::to_string(*each.blob);
    }
    return out;
  }
  std::string why(std::size_t number) { return reason_text(plan_.deletions[number], input_.disk); }

  CleanInput input_;
  CleanPlan plan_;
  std::map<std::pair<std::size_t, Hour>, std::vector<ArchiveBlob>> blobs_;
  int asked_ = 0;
};

TEST_F(RetentionTest, WithoutLimitsNothingGoes) {
  add("a", 0, 5, {});
  input_.now = at(1e6);
  input_.disk = {100 * kG, 0};
  EXPECT_THAT(deleted(), IsEmpty());
}

TEST_F(RetentionTest, WhatEndedBeforeTheDepthGoes) {
  add("a", 0, 5, {hours(2), {}, {}});
  input_.now = at(4 * 60);
  EXPECT_THAT(deleted(), ElementsAre("a0", "a1"));
  EXPECT_EQ(why(0), "older than 2h");
  input_.now = at(4 * 60) - media::Ticks(1);
  EXPECT_THAT(deleted(), ElementsAre("a0")) << "the last segment of the second is not old yet";
  input_.now = at(0);
  EXPECT_THAT(deleted(), IsEmpty());
}

TEST_F(RetentionTest, OfAnHourThatIsPartlyOldOldBlobsGo) {
  cut(add("a", 0, 3, {hours(1), {}, {}}), 1, 3);
  input_.now = at(60 + 100);
  EXPECT_THAT(deleted(), ElementsAre("a0", "a1.0", "a1.1"));
  input_.now = at(60 + 99);
  EXPECT_THAT(deleted(), ElementsAre("a0", "a1.0"));
  input_.now = at(60 + 120);
  EXPECT_THAT(deleted(), ElementsAre("a0", "a1")) << "all its blobs are the hour";
  EXPECT_EQ(plan_.deletions[1].bytes, 3 * kG);
}

TEST_F(RetentionTest, AStreamIsHeldBelowItsSize) {
  add("a", 0, 5, {{}, 3 * kG, {}});
  EXPECT_THAT(deleted(), ElementsAre("a0", "a1"));
  EXPECT_EQ(why(0), "stream over 3G by 2G");
  EXPECT_EQ(why(1), "stream over 3G by 1G");
  input_.streams[0].limits.max_bytes = 3 * kG - 1;
  EXPECT_THAT(deleted(), ElementsAre("a0", "a1", "a2"));
  input_.streams[0].limits.max_bytes = 5 * kG;
  EXPECT_THAT(deleted(), IsEmpty()) << "exactly as much as it may be";
}

TEST_F(RetentionTest, ForTheSizeBlobsSuffice) {
  cut(add("a", 0, 3, {{}, 3 * kG, {}}), 0, 4);
  EXPECT_THAT(deleted(), ElementsAre("a0.0", "a0.1", "a0.2"));
  input_.streams[0].limits.max_bytes = 2 * kG;
  EXPECT_THAT(deleted(), ElementsAre("a0"));
}

TEST_F(RetentionTest, OfTheHourThatIsRecordedTheNewestBlobStays) {
  const std::size_t stream = add("a", 0, 2, {{}, kG, {}});
  input_.streams[stream].hours[1].is_open = true;
  EXPECT_THAT(deleted(), ElementsAre("a0"));
  cut(stream, 1, 4);
  EXPECT_THAT(deleted(), ElementsAre("a0", "a1.0", "a1.1", "a1.2"));
  input_.streams[stream].limits.max_bytes = 1;
  EXPECT_THAT(deleted(), ElementsAre("a0", "a1.0", "a1.1", "a1.2"));
  ASSERT_EQ(plan_.shortfalls.size(), 1U);
  EXPECT_EQ(shortfall_text(plan_.shortfalls[0]),
            "over 1 by 1G: what is left is locked or being recorded");
}

TEST_F(RetentionTest, LockedHoursStay) {
  const std::size_t stream = add("a", 0, 5, {hours(1), kG, {}});
  lock(stream, minutes(30, 61));
  input_.now = at(300);
  EXPECT_THAT(deleted(), ElementsAre("a2", "a3", "a4"));
  EXPECT_EQ(why(0), "older than 1h");
  EXPECT_EQ(why(2), "stream over 1G by 2G");
  ASSERT_EQ(plan_.shortfalls.size(), 1U);
  lock(stream, minutes(0, 1e5));
  EXPECT_THAT(deleted(), IsEmpty());
}

TEST_F(RetentionTest, ALockEndsWhereItSays) {
  const std::size_t stream = add("a", 0, 3, {hours(1), {}, {}});
  lock(stream, minutes(60, 120));
  input_.now = at(1000);
  EXPECT_THAT(deleted(), ElementsAre("a0", "a2"));
}

TEST_F(RetentionTest, OfALockedHourTheOtherBlobsGo) {
  const std::size_t stream = add("a", 0, 2, {hours(1), {}, {}});
  cut(stream, 0, 6);
  lock(stream, minutes(25, 31));
  input_.now = at(1000);
  EXPECT_THAT(deleted(), ElementsAre("a0.0", "a0.1", "a0.4", "a0.5", "a1"));
}

TEST_F(RetentionTest, OfADiskTheOldestOfAllStreamsGoes) {
  add("a", 0, 3, {{}, {}, 90});
  add("b", 1, 3, {{}, {}, 90});
  input_.disk = {93 * kG, 7 * kG};
  EXPECT_THAT(deleted(), ElementsAre("a0", "a1", "b1"));
  EXPECT_EQ(why(0), "disk 93 % full, limit 90 %");
  EXPECT_EQ(why(2), "disk 91 % full, limit 90 %");
  input_.disk = {90 * kG, 10 * kG};
  EXPECT_THAT(deleted(), IsEmpty());
}

TEST_F(RetentionTest, ADiskWaitsForNoStreamThatAllowsMore) {
  add("a", 0, 3, {{}, {}, 95});
  add("b", 1, 2, {{}, {}, 91});
  add("c", 0, 3, {});
  input_.disk = {98 * kG, 2 * kG};
  EXPECT_THAT(deleted(), ElementsAre("a0", "a1", "b1", "b2"));
  ASSERT_EQ(plan_.shortfalls.size(), 1U);
  EXPECT_EQ(shortfall_text(plan_.shortfalls[0]),
            "disk over 91 % by 3G: what is left is locked or being recorded");
}

TEST_F(RetentionTest, WhatGoesForOneLimitCountsForTheOthers) {
  add("a", 0, 4, {hours(1), 3 * kG, 90});
  input_.now = at(3 * 60);
  input_.disk = {92 * kG, 8 * kG};
  EXPECT_THAT(deleted(), ElementsAre("a0", "a1"));
  EXPECT_EQ(why(0), "older than 1h");
  EXPECT_EQ(why(1), "older than 1h");
}

TEST_F(RetentionTest, AFullDiskTakesWhatIsOldestWhateverTheLimits) {
  add("a", 1, 2, {});
  add("b", 0, 2, {});
  input_.needed = kG + 1;
  EXPECT_THAT(deleted(), ElementsAre("b0", "a1"));
  EXPECT_EQ(why(0), "disk full, 1G needed");
  input_.needed = 5 * kG;
  EXPECT_EQ(deleted().size(), 4U);
  EXPECT_EQ(shortfall_text(plan_.shortfalls[0]),
            "disk full, 1G needed: what is left is locked or being recorded");
}

TEST_F(RetentionTest, WhatWasInterruptedIsFinishedFirst) {
  const std::size_t stream = add("a", 0, 3, {hours(1), {}, {}});
  input_.streams[stream].hours[1].is_leftover = true;
  lock(stream, minutes(0, 120));
  input_.now = at(1000);
  EXPECT_THAT(deleted(), ElementsAre("a1", "a2"));
  EXPECT_EQ(why(0), "nothing is left of it");
}

TEST_F(RetentionTest, HoursThatStayAreNotLookedInto) {
  const std::size_t stream = add("a", 0, 50, {hours(1), 1000 * kG, 90});
  for (unsigned i = 0; i < 50; ++i) cut(stream, i, 2);
  input_.now = at(90);
  EXPECT_THAT(deleted(), ElementsAre("a0.0"));
  EXPECT_EQ(asked_, 1);
}

}  // namespace
}  // namespace flu::segment
