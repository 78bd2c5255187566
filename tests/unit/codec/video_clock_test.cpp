#include "libcommon/codec/video_clock.h"

#include <gtest/gtest.h>

namespace flu::codec {
namespace {

using media::Ticks;
using media::Timestamp;

EsTimes at(std::int64_t pts, std::int64_t dts) {
  return {Timestamp{pts}, Timestamp{dts}};
}

TEST(VideoClock, KeepsTheSourcesTimes) {
  VideoClock clock;
  clock.set_frame(Ticks{3600}, 2);
  const auto times = clock.stamp(at(7200, 3600), std::nullopt, at(3600, 3600 + 3750));
  ASSERT_TRUE(times);
  EXPECT_EQ(times->dts.count(), 3600);
  EXPECT_EQ(times->cts.count(), 3600);
  EXPECT_EQ(times->duration.count(), 3750);
}

TEST(VideoClock, NeverPresentsBeforeDecoding) {
  VideoClock clock;
  EXPECT_EQ(clock.stamp(at(0, 3600), std::nullopt, {})->cts.count(), 0);
}

TEST(VideoClock, WaitsForTheFirstTimestamp) {
  VideoClock clock;
  EXPECT_FALSE(clock.stamp({}, PictureOrder{0, true}, {}));
  EXPECT_TRUE(clock.stamp(at(0, 0), PictureOrder{0, true}, {}));
  EXPECT_TRUE(clock.stamp({}, PictureOrder{2, false}, {}));
}

TEST(VideoClock, TakesAGapForNoDuration) {
  VideoClock clock;
  clock.set_frame(Ticks{3600}, 2);
  EXPECT_EQ(clock.stamp(at(0, 0), std::nullopt, at(0, 90'001))->duration.count(), 3600);
  EXPECT_EQ(clock.stamp(at(0, 90'001), std::nullopt, at(0, 5))->duration.count(), 3600);
}

TEST(VideoClock, UsesTheLastDistanceWhereTheRateIsUnknown) {
  VideoClock clock;
  EXPECT_EQ(clock.stamp(at(0, 0), std::nullopt, {})->duration.count(), 3600);
  clock.stamp(at(0, 1800), std::nullopt, {});
  EXPECT_EQ(clock.stamp({}, std::nullopt, {})->duration.count(), 1800);
}

// I0 P3 B1 B2, then a new group: only the first picture of the stream has times.
TEST(VideoClock, DerivesTimesFromTheOrderOfDisplay) {
  VideoClock clock;
  clock.set_frame(Ticks{3600}, 2);
  const auto first = clock.stamp(at(3600, 0), PictureOrder{0, true}, {});
  EXPECT_EQ(first->duration.count(), 3600);
  const std::int64_t orders[] = {6, 2, 4, 0};
  const std::int64_t expected[] = {4 * 3600, 2 * 3600, 3 * 3600, 5 * 3600};
  for (int i = 0; i < 4; ++i) {
    const auto times = clock.stamp({}, PictureOrder{orders[i], orders[i] == 0}, {});
    ASSERT_TRUE(times);
    EXPECT_EQ(times->dts.count(), 3600 * (i + 1));
    EXPECT_EQ((times->dts + times->cts).count(), expected[i]) << "picture " << i + 1;
  }
}

TEST(VideoClock, KeepsADerivedTimeBetweenItsNeighbours) {
  VideoClock clock;
  clock.set_frame(Ticks{3600}, 1);
  clock.stamp(at(0, 0), std::nullopt, {});
  EXPECT_EQ(clock.stamp({}, std::nullopt, at(3000, 3000))->dts.count(), 1500);
}

TEST(VideoClock, DistrustsAnAbsurdOrder) {
  VideoClock clock;
  clock.set_frame(Ticks{3600}, 1);
  clock.stamp(at(0, 0), PictureOrder{0, true}, {});
  EXPECT_EQ(clock.stamp({}, PictureOrder{60'000, false}, {})->cts.count(), 0);
}

}  // namespace
}  // namespace flu::codec
