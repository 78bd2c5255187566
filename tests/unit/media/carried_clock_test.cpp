#include "libcommon/media/carried_clock.h"

#include <gtest/gtest.h>

namespace flu::media {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr MonotonicTime kMono{seconds(1000)};
constexpr WallTime kWall{seconds(1'763'795'000)};

TEST(CarriedClock, RunsWithTheMonotonicClock) {
  CarriedClock clock({kMono, kWall});
  EXPECT_EQ(clock.update({kMono + seconds(5), kWall + seconds(6)}).count(), 0);
  EXPECT_EQ(clock.at(kMono + seconds(5)), kWall + seconds(5));
  EXPECT_FALSE(clock.is_ahead());
}

TEST(CarriedClock, FollowsAForwardStepOnce) {
  CarriedClock clock({kMono, kWall});
  const auto step = clock.update({kMono + seconds(5), kWall + seconds(5) + hours(1)});
  EXPECT_EQ(step, microseconds(hours(1)));
  EXPECT_EQ(clock.update({kMono + seconds(6), kWall + seconds(6) + hours(1)}).count(), 0);
  EXPECT_EQ(clock.at(kMono + seconds(6)), kWall + seconds(6) + hours(1));
}

TEST(CarriedClock, BeginsInValidTimeWhereTheMachineHasNone) {
  CarriedClock clock({kMono, WallTime{seconds(100)}});
  EXPECT_TRUE(clock.is_ahead());
  EXPECT_EQ(clock.update({kMono + seconds(5), WallTime{seconds(105)}}).count(), 0);
  EXPECT_TRUE(clock.is_ahead());
  EXPECT_EQ(clock.at(kMono + seconds(5)), CarriedClock::kEarliest + seconds(5));
  EXPECT_NE(clock.update({kMono + seconds(6), kWall}).count(), 0);
  EXPECT_EQ(clock.at(kMono + seconds(6)), kWall);
  EXPECT_FALSE(clock.is_ahead());
}

TEST(CarriedClock, IgnoresStepsUpToTwoSeconds) {
  CarriedClock clock({kMono, kWall});
  EXPECT_EQ(clock.update({kMono, kWall + milliseconds(2000)}).count(), 0);
  EXPECT_NE(clock.update({kMono, kWall + milliseconds(2001)}).count(), 0);
}

TEST(CarriedClock, KeepsItsTimeWhenTheSystemClockStepsBack) {
  CarriedClock clock({kMono, kWall});
  EXPECT_EQ(clock.update({kMono + seconds(5), kWall - hours(1)}).count(), 0);
  EXPECT_TRUE(clock.is_ahead());
  EXPECT_EQ(clock.at(kMono + seconds(5)), kWall + seconds(5));
  // Set right again: the wall has caught up.
  clock.update({kMono + seconds(9), kWall + seconds(9)});
  EXPECT_FALSE(clock.is_ahead());
}

}  // namespace
}  // namespace flu::media
