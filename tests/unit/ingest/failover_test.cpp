#include "tools/ingest/failover.h"

#include <gtest/gtest.h>

namespace flu::ingest {
namespace {

using std::chrono::milliseconds;

TEST(Failover, ASingleSourceIsTriedAgainWithAGrowingPause) {
  Failover failover(1, 0);
  for (const int pause : {500, 1000, 2000, 4000, 8000, 10'000, 10'000}) {
    const auto next = failover.ended(false);
    ASSERT_TRUE(next);
    EXPECT_EQ(next->source, 0U);
    EXPECT_EQ(next->pause, milliseconds(pause));
  }
}

TEST(Failover, FramesBeginTheCountAnew) {
  Failover failover(1, 0);
  failover.ended(false);
  failover.ended(false);
  EXPECT_EQ(failover.ended(true)->pause, milliseconds(500));
  EXPECT_EQ(failover.failures(), 0U);
  EXPECT_EQ(failover.ended(false)->pause, milliseconds(500));
}

TEST(Failover, TheNextOfSeveralIsTriedAtOnce) {
  Failover failover(3, 0);
  auto next = failover.ended(true);
  EXPECT_EQ(next->source, 1U);
  EXPECT_EQ(next->pause, milliseconds(0));
  next = failover.ended(false);
  EXPECT_EQ(next->source, 2U);
  EXPECT_EQ(next->pause, milliseconds(0));
}

TEST(Failover, AFullRoundOfFailuresIsFollowedByAPause) {
  Failover failover(2, 0);
  EXPECT_EQ(failover.ended(false)->pause, milliseconds(0));
  EXPECT_EQ(failover.ended(false)->pause, milliseconds(500));
  EXPECT_EQ(failover.ended(false)->pause, milliseconds(0));
  EXPECT_EQ(failover.ended(false)->pause, milliseconds(1000));
  EXPECT_EQ(failover.current(), 0U);
}

TEST(Failover, GivesUpAtTheLimit) {
  Failover failover(2, 3);
  EXPECT_TRUE(failover.ended(false));
  EXPECT_TRUE(failover.ended(false));
  EXPECT_FALSE(failover.ended(false));
  EXPECT_EQ(failover.failures(), 3U);
}

}  // namespace
}  // namespace flu::ingest
