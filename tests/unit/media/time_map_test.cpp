#include "libcommon/media/time_map.h"

#include <gtest/gtest.h>

namespace flu::media {
namespace {

TEST(TimeMap, KeepsTheRateOfTheSource) {
  TimeMap map;
  EXPECT_FALSE(map.is_anchored());
  map.anchor(Timestamp(100), Timestamp(5000));
  EXPECT_EQ(map(Timestamp(100)).count(), 5000);
  EXPECT_EQ(map(Timestamp(3700)).count(), 8600);
  EXPECT_EQ(map(Timestamp(0)).count(), 4900);
}

TEST(TimeMap, IsContinuousWhereTheRateChanges) {
  TimeMap map;
  map.anchor(Timestamp(0), Timestamp(0));
  map.set_rate(Timestamp(90'000), 0.01);
  EXPECT_EQ(map(Timestamp(90'000)).count(), 90'000);
  EXPECT_EQ(map(Timestamp(180'000)).count(), 180'900);
  // What is older than the change keeps the old rate, though it may come later.
  EXPECT_EQ(map(Timestamp(45'000)).count(), 45'000);
}

TEST(TimeMap, RisesThroughManyChanges) {
  TimeMap map;
  map.anchor(Timestamp(0), Timestamp(0));
  Timestamp last{-1};
  for (int i = 0; i < 200; ++i) {
    const Timestamp x(i * 3600);
    if (i % 10 == 0) map.set_rate(x, i % 20 == 0 ? 0.01 : -0.01);
    EXPECT_GT(map(x), last);
    last = map(x);
  }
}

TEST(TimeMap, AChangeAtTheSamePlaceReplacesTheRate) {
  TimeMap map;
  map.anchor(Timestamp(0), Timestamp(0));
  map.set_rate(Timestamp(0), 0.5);
  map.set_rate(Timestamp(0), 0.0);
  EXPECT_EQ(map(Timestamp(1000)).count(), 1000);
}

TEST(TimeMap, ShiftsAsAWhole) {
  TimeMap map;
  map.anchor(Timestamp(0), Timestamp(0));
  map.set_rate(Timestamp(1000), 0.1);
  map.shift(Ticks(7));
  EXPECT_EQ(map(Timestamp(500)).count(), 507);
  EXPECT_EQ(map(Timestamp(2000)).count(), 2107);
}

}  // namespace
}  // namespace flu::media
