#include "libcommon/segment/archive_timeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flu::segment {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Hour kHour = 498'000;

// `at` and `length` in seconds of the hour.
IndexRecord record(double at, double length, std::uint32_t seq, std::uint64_t epoch = 0) {
  IndexRecord out;
  out.start = start_of(kHour) + media::Ticks(static_cast<std::int64_t>(at * 90'000));
  out.duration = static_cast<std::uint32_t>(length * 90'000);
  out.seq = seq;
  out.size = 1000;
  out.offset = seq * 1000;
  out.epoch = epoch;
  return out;
}

std::vector<std::uint32_t> order(const std::vector<IndexRecord>& arrivals) {
  std::vector<std::uint32_t> out;
  for (const IndexRecord& each : in_order_of_time(arrivals)) out.push_back(each.seq);
  return out;
}

TEST(ArchiveTimeline, LateSegmentsFallIntoTheirPlace) {
  EXPECT_THAT(order({record(0, 4, 1), record(8, 4, 3), record(4, 4, 2)}), ElementsAre(1, 2, 3));
}

TEST(ArchiveTimeline, OtherTypesAreNoSegments) {
  IndexRecord opened = record(0, 4, 9);
  opened.type = RecordType::kOpen;
  EXPECT_THAT(order({opened, record(0, 4, 1)}), ElementsAre(1));
}

TEST(ArchiveTimeline, WhatIsRecordedAgainWins) {
  EXPECT_THAT(order({record(0, 4, 1), record(4, 4, 2), record(4, 4, 3)}), ElementsAre(1, 3));
  EXPECT_THAT(order({record(0, 4, 1), record(4, 4, 2), record(8, 4, 3), record(3, 9, 4)}),
              ElementsAre(1, 4))
      << "one that lies over two";
}

TEST(ArchiveTimeline, SomeFramesOfOverlapAreNone) {
  EXPECT_THAT(order({record(0, 4, 1), record(3.9, 4, 2)}), ElementsAre(1, 2));
  EXPECT_THAT(order({record(3.9, 4, 2), record(0, 4, 1)}), ElementsAre(1, 2));
}

TEST(ArchiveTimeline, AnOwnerThatWasReplacedIsNotHeard) {
  EXPECT_THAT(order({record(0, 4, 1, 1), record(4, 4, 2, 2), record(8, 4, 3, 1)}),
              ElementsAre(1, 2));
}

TEST(ArchiveTimeline, WhatLiesInABlobThatIsGoneIsLeftOut) {
  std::vector<IndexRecord> arrivals{record(0, 4, 1), record(4, 4, 2), record(4, 4, 3),
                                    record(8, 4, 4)};
  arrivals[2].blob = 1;
  EXPECT_EQ(in_order_of_time(arrivals, {1}), (std::vector{arrivals[0], arrivals[1], arrivals[3]}))
      << "what it had replaced is there again";
  EXPECT_THAT(in_order_of_time(arrivals, {0, 1}), IsEmpty());
  const HourSummary summary = summarize(kHour, arrivals, {0});
  EXPECT_EQ(summary.segments, 1U);
  EXPECT_EQ(summary.first, arrivals[2].start);
  EXPECT_EQ(summary.blobs, 1U);
  EXPECT_EQ(summary.bytes, 4000U);
}

TEST(ArchiveTimeline, AnOwnerIsReplacedAlsoByWhatIsGone) {
  std::vector<IndexRecord> arrivals{record(0, 4, 1, 2), record(4, 4, 2, 1)};
  arrivals[0].blob = 7;
  EXPECT_THAT(in_order_of_time(arrivals, {7}), IsEmpty());
}

TEST(ArchiveTimeline, OnlyWhatASecondLacksIsAGap) {
  const auto ranges = ranges_of({record(0, 4, 1), record(4.9, 4, 2), record(9.9, 4, 3)});
  EXPECT_THAT(ranges, ElementsAre(TimeRange{record(0, 0, 0).start, record(8.9, 0, 0).start},
                                  TimeRange{record(9.9, 0, 0).start, record(13.9, 0, 0).start}));
}

TEST(ArchiveTimeline, AnHourIsSummedUp) {
  IndexRecord opened = record(0, 0, 0);
  opened.type = RecordType::kOpen;
  IndexRecord other = record(20, 4, 4);
  other.blob = 1;
  other.offset = 700;
  const HourSummary summary = summarize(kHour, {opened, record(0, 4, 1), record(4, 4, 2), other});
  EXPECT_EQ(summary.segments, 3U);
  EXPECT_EQ(summary.blobs, 2U);
  EXPECT_EQ(summary.bytes, 3000U + 1700U);
  EXPECT_EQ(summary.gaps, 1U);
  EXPECT_EQ(summary.first, start_of(kHour));
  EXPECT_EQ(summary.last, start_of(kHour) + media::Ticks(24 * 90'000));
  EXPECT_EQ(summary.recorded, media::Ticks(12 * 90'000));
}

TEST(ArchiveTimeline, AnEmptyHourHasNothing) {
  EXPECT_EQ(summarize(kHour, {}).segments, 0U);
  EXPECT_THAT(ranges_of({}), IsEmpty());
}

}  // namespace
}  // namespace flu::segment
