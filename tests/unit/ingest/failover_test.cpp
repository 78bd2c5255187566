#include "tools/ingest/failover.h"

#include <gtest/gtest.h>

namespace flu::ingest {
namespace {

using std::chrono::milliseconds;

Failover of(unsigned sources, unsigned retry_limit = 0, bool has_backup = false) {
  std::vector<unsigned> priorities;
  for (unsigned i = 1; i <= sources; ++i) priorities.push_back(i);
  return {priorities, retry_limit, has_backup};
}

TEST(Failover, ASingleSourceIsTriedAgainWithAGrowingPause) {
  Failover failover = of(1);
  for (const int pause : {500, 1000, 2000, 4000, 8000, 10'000, 10'000}) {
    const auto next = failover.ended(false);
    ASSERT_TRUE(next);
    EXPECT_EQ(next->source, 0U);
    EXPECT_EQ(next->pause, milliseconds(pause));
  }
  EXPECT_FALSE(failover.next_check());
}

TEST(Failover, FramesBeginTheCountAnew) {
  Failover failover = of(1);
  failover.ended(false);
  failover.ended(false);
  EXPECT_EQ(failover.ended(true)->pause, milliseconds(500));
  EXPECT_EQ(failover.failures(), 0U);
  EXPECT_EQ(failover.ended(false)->pause, milliseconds(500));
}

TEST(Failover, TheNextOfSeveralIsTriedAtOnce) {
  Failover failover = of(3);
  auto next = failover.ended(true);
  EXPECT_EQ(next->source, 1U);
  EXPECT_EQ(next->pause, milliseconds(0));
  next = failover.ended(false);
  EXPECT_EQ(next->source, 2U);
  EXPECT_EQ(next->pause, milliseconds(0));
}

TEST(Failover, AFullRoundOfFailuresIsFollowedByAPause) {
  Failover failover = of(2);
  EXPECT_EQ(failover.ended(false)->pause, milliseconds(0));
  EXPECT_EQ(failover.ended(false)->pause, milliseconds(500));
  EXPECT_EQ(failover.ended(false)->pause, milliseconds(0));
  EXPECT_EQ(failover.ended(false)->pause, milliseconds(1000));
  EXPECT_EQ(failover.current(), 0U);
}

TEST(Failover, GivesUpAtTheLimit) {
  Failover failover = of(2, 3);
  EXPECT_TRUE(failover.ended(false));
  EXPECT_TRUE(failover.ended(false));
  EXPECT_FALSE(failover.ended(false));
  EXPECT_EQ(failover.failures(), 3U);
}

TEST(Failover, TheBetterOnesAreCheckedInTurnWithAPauseBetweenTheRounds) {
  Failover failover = of(3);
  EXPECT_FALSE(failover.next_check());  // the best plays
  failover.switched(2);
  for (int round = 0; round < 2; ++round) {
    auto next = failover.next_check();
    ASSERT_TRUE(next);
    EXPECT_EQ(next->source, 0U);
    EXPECT_EQ(next->pause, Failover::kCheckPause);
    EXPECT_TRUE(failover.check_failed());
    next = failover.next_check();
    EXPECT_EQ(next->source, 1U);
    EXPECT_EQ(next->pause, milliseconds(0));
    EXPECT_TRUE(failover.check_failed());
  }
  failover.switched(1);
  EXPECT_EQ(failover.next_check()->source, 0U);
  EXPECT_TRUE(failover.check_failed());
  EXPECT_EQ(failover.next_check()->source, 0U);
  EXPECT_EQ(failover.failures(), 0U);  // viewers miss nothing
}

TEST(Failover, OneOfTheSamePriorityIsNotChecked) {
  Failover failover({1, 1, 2}, 0, false);
  failover.switched(1);
  EXPECT_FALSE(failover.next_check());
  failover.switched(2);
  for (const unsigned source : {0U, 1U, 0U}) {
    EXPECT_EQ(failover.next_check()->source, source);
    failover.check_failed();
  }
}

TEST(Failover, WhatAnOperatorChoseStaysUntilItEnds) {
  Failover failover = of(2);
  failover.switched(1, true);
  EXPECT_FALSE(failover.next_check());
  EXPECT_EQ(failover.ended(true)->source, 0U);
  failover.switched(1);
  EXPECT_TRUE(failover.next_check());
}

TEST(Failover, TheBackupPlaysWhenAllHaveFailedAndAllAreCheckedMeanwhile) {
  Failover failover = of(2, 0, true);
  EXPECT_EQ(failover.ended(true)->source, 1U);
  EXPECT_EQ(failover.ended(false)->source, 0U);  // one failure: the other has played
  const auto next = failover.ended(false);
  ASSERT_TRUE(next);
  EXPECT_EQ(next->source, failover.backup());
  EXPECT_EQ(next->pause, milliseconds(0));
  EXPECT_TRUE(failover.is_on_backup());

  for (const int pause : {500, 1000, 2000}) {
    auto check = failover.next_check();
    ASSERT_TRUE(check);
    EXPECT_EQ(check->source, 0U);
    EXPECT_EQ(check->pause, milliseconds(pause));
    EXPECT_TRUE(failover.check_failed());
    check = failover.next_check();
    EXPECT_EQ(check->source, 1U);
    EXPECT_EQ(check->pause, milliseconds(0));
    EXPECT_TRUE(failover.check_failed());
  }
}

TEST(Failover, AFailedCheckCountsWhereOnlyTheBackupPlays) {
  Failover failover = of(1, 3, true);
  EXPECT_EQ(failover.ended(false)->source, failover.backup());
  EXPECT_TRUE(failover.check_failed());
  EXPECT_FALSE(failover.check_failed());
}

TEST(Failover, ABackupThatCannotBePlayedLeavesTheSources) {
  Failover failover = of(1, 0, true);
  EXPECT_EQ(failover.ended(false)->source, failover.backup());
  const auto next = failover.ended(false);  // no such file
  ASSERT_TRUE(next);
  EXPECT_EQ(next->source, 0U);
  EXPECT_GT(next->pause, milliseconds(0));
}

}  // namespace
}  // namespace flu::ingest
