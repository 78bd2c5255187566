#include "libcommon/media/arrival_trend.h"

#include <gtest/gtest.h>

namespace flu::media {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr MonotonicTime kStart{seconds(1000)};

// `count` samples 40 ms apart, each later by `slope`, with a jitter that only delays.
void feed(ArrivalTrend& trend, int count, double slope, double jitter) {
  for (int i = 0; i < count; ++i) {
    const double time = 0.04 * i;
    const double late = slope * time + jitter * ((i * 7919) % 13) / 13.0;
    trend.add(kStart + milliseconds(40 * i), Ticks(static_cast<std::int64_t>(late * 90'000)));
  }
}

TEST(ArrivalTrend, SeesTheSlopeThroughJitter) {
  ArrivalTrend trend;
  feed(trend, 2000, 0.0005, 0.2);
  ASSERT_GE(trend.buckets(), 30U);
  const auto line = trend.line(30);
  ASSERT_TRUE(line);
  EXPECT_NEAR(line->slope, 0.0005, 0.00005);
  EXPECT_NEAR(line->span, 58, 3);
}

TEST(ArrivalTrend, AStepIsNoStraightLine) {
  ArrivalTrend trend;
  for (int i = 0; i < 500; ++i) {
    trend.add(kStart + milliseconds(40 * i), Ticks(i < 250 ? 0 : 900'000));
  }
  const auto line = trend.line(trend.buckets());
  ASSERT_TRUE(line);
  EXPECT_GT(line->rms, 0.1 * line->slope * line->span);
}

TEST(ArrivalTrend, SaysNothingBeforeItHasEnough) {
  ArrivalTrend trend;
  EXPECT_FALSE(trend.line(2));
  feed(trend, 60, 0, 0);  // one bucket
  EXPECT_FALSE(trend.line(5));
  EXPECT_FALSE(trend.line(1));
}

TEST(ArrivalTrend, ForgetsWhatIsOld) {
  ArrivalTrend trend;
  feed(trend, 10'000, 0, 0);
  EXPECT_EQ(trend.buckets(), ArrivalTrend::kMaxBuckets);
  trend.clear();
  EXPECT_EQ(trend.buckets(), 0U);
}

}  // namespace
}  // namespace flu::media
