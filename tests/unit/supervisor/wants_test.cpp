#include "tools/supervisor/wants.h"

#include <gtest/gtest.h>

namespace flu::supervisor {
namespace {

using std::chrono::seconds;

constexpr MonotonicTime kStart{std::chrono::hours(1)};

TEST(Wants, AHoldLastsUntilItIsReleasedAndThenTheIdleTime) {
  Wants wants;
  EXPECT_FALSE(wants.is_wanted("a", seconds(10), kStart));
  wants.hold("a", 1, kStart);
  EXPECT_TRUE(wants.is_wanted("a", seconds(10), kStart + seconds(1000)));
  wants.release("a", 1, kStart + seconds(1000));
  EXPECT_TRUE(wants.is_wanted("a", seconds(10), kStart + seconds(1009)));
  EXPECT_FALSE(wants.is_wanted("a", seconds(10), kStart + seconds(1010)));
}

TEST(Wants, TwoHoldsOfOneHolderAreTwo) {
  Wants wants;
  wants.hold("a", 1, kStart);
  wants.hold("a", 1, kStart);
  wants.release("a", 1, kStart);
  EXPECT_EQ(wants.holders("a"), 1U);
  EXPECT_TRUE(wants.is_wanted("a", seconds(0), kStart));
}

TEST(Wants, ATouchIsAClientThatCameAndWent) {
  Wants wants;
  wants.touch("a", kStart);
  EXPECT_TRUE(wants.is_wanted("a", seconds(10), kStart + seconds(9)));
  EXPECT_FALSE(wants.is_wanted("a", seconds(10), kStart + seconds(10)));
}

TEST(Wants, AClosedConnectionReleasesAllItHeld) {
  Wants wants;
  wants.hold("a", 1, kStart);
  wants.hold("b", 1, kStart);
  wants.hold("b", 2, kStart);
  wants.close(1, kStart);
  EXPECT_EQ(wants.holders("a"), 0U);
  EXPECT_EQ(wants.holders("b"), 1U);
}

TEST(Wants, StrangersReleaseNothing) {
  Wants wants;
  wants.hold("a", 1, kStart);
  wants.release("a", 2, kStart);
  wants.release("zebra", 1, kStart);
  EXPECT_EQ(wants.holders("a"), 1U);
  wants.forget("a");
  EXPECT_FALSE(wants.is_wanted("a", seconds(10), kStart));
}

}  // namespace
}  // namespace flu::supervisor
