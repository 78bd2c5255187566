#include "libcommon/media/burst_drift.h"

#include <gtest/gtest.h>

namespace flu::media {
namespace {

using std::chrono::seconds;

constexpr MonotonicTime kStart{seconds(1000)};

// A burst each 6 s for `minutes`, later by `slope` seconds a second, the n-th by `delay(n)` more.
template <typename Delay>
std::optional<BurstDrift::Verdict> run(BurstDrift& drift, int minutes, double slope, Delay delay) {
  std::optional<BurstDrift::Verdict> last;
  for (int i = 0; i < minutes * 10; ++i) {
    const double late = slope * 6 * i + delay(i);
    const Ticks ticks(static_cast<std::int64_t>(late * 90'000));
    if (auto verdict = drift.add(kStart + seconds(6 * i), ticks, ticks)) last = verdict;
  }
  return last;
}

TEST(BurstDrift, ASlopeIsBelievedAfterTenMinutes) {
  BurstDrift early;
  EXPECT_EQ(run(early, 9, 0.0005, [](int) { return 0.0; })->rate, 0);
  BurstDrift late;
  EXPECT_NEAR(run(late, 15, 0.0005, [](int) { return 0.0; })->rate, 0.0005, 0.00005);
}

TEST(BurstDrift, WhatDoesNotStandOutOfTheNoiseIsLeftBe) {
  BurstDrift drift;
  const auto verdict = run(drift, 30, 0, [](int i) { return (i * 7919 % 13) * 0.4; });
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->rate, 0);
  EXPECT_EQ(verdict->stood_still_for.count(), 0);
}

TEST(BurstDrift, FarBehindIsTold) {
  BurstDrift drift;
  const auto verdict = run(drift, 10, 0, [](int i) { return i < 50 ? 0.0 : 20.0; });
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->stood_still_for, Ticks(20 * 90'000));
}

TEST(BurstDrift, ClearForgets) {
  BurstDrift drift;
  run(drift, 15, 0.0005, [](int) { return 0.0; });
  drift.clear();
  EXPECT_FALSE(run(drift, 1, 0, [](int) { return 0.0; }));
}

}  // namespace
}  // namespace flu::media
