#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libcommon/media/timeline.h"
#include "tests/unit/media/timeline_simulator.h"

namespace flu::media {
namespace {

using std::chrono::milliseconds;
using testing::IsEmpty;

constexpr double kSecond = 90'000;

double lateness(const Simulator::Out& sample) {
  return static_cast<double>((sample.arrival - sample.utc).count()) / kSecond;
}

void expect_rising_together(const Simulator& run) {
  std::map<std::uint32_t, Timestamp> last;
  std::map<std::int64_t, Timestamp> video;
  for (const auto& sample : run.out) {
    const auto found = last.find(sample.track);
    if (found != last.end()) {
      ASSERT_GT(sample.utc, found->second);
    }
    last[sample.track] = sample.utc;
    if (sample.track == 1) video[sample.source.count()] = sample.utc;
    const auto match = video.find(sample.source.count());
    if (sample.track == 2 && match != video.end()) {
      ASSERT_LE(std::abs((sample.utc - match->second).count()), 1);
    }
  }
}

class TimelineDrift : public testing::TestWithParam<double> {};

// An hour with a clock that is 500 ppm off: 1.8 s without slewing.
TEST_P(TimelineDrift, IsFollowedWithoutADiscontinuity) {
  Simulator run(Pacing::kLive);
  run.pace = 1.0 + GetParam();
  run.jitter = milliseconds(30);
  run.run_seconds(3600);
  EXPECT_THAT(run.reasons, IsEmpty());
  EXPECT_EQ(run.dropped, 0U);
  EXPECT_FALSE(run.timeline.is_retimed());
  EXPECT_NEAR(lateness(run.out.back()), 0.3 / 2, 0.4);
  double worst = 0;
  for (const auto& sample : run.out) {
    if (sample.track == 1) worst = std::max(worst, std::abs(lateness(sample)));
    // Slewed by 10 ms a second at most.
    EXPECT_NEAR(static_cast<double>(sample.duration.count()), 3600, 37);
  }
  EXPECT_LT(worst, 0.5);
  expect_rising_together(run);
}

INSTANTIATE_TEST_SUITE_P(Ppm, TimelineDrift, testing::Values(0.0005, -0.0005, 0.005, -0.005));

TEST(TimelineDriftNone, AnExactClockIsLeftAlone) {
  Simulator run(Pacing::kLive);
  run.jitter = milliseconds(15);
  run.run_seconds(600);
  for (const auto& sample : run.out) EXPECT_EQ(sample.duration.count(), 3600);
}

class TimelineWrongPace : public testing::TestWithParam<double> {};

TEST_P(TimelineWrongPace, IsTimedFromArrivalWithoutAStorm) {
  Simulator run(Pacing::kLive);
  run.pace = GetParam();
  run.jitter = milliseconds(30);
  run.run_seconds(600);
  EXPECT_THAT(run.reasons, IsEmpty());
  EXPECT_TRUE(run.timeline.is_retimed());
  EXPECT_LT(std::abs(lateness(run.out.back())), 0.6);
  // Neither stretched nor split: as long as it took.
  const double took = static_cast<double>((run.out.back().utc - run.out.front().utc).count());
  EXPECT_NEAR(took / kSecond, 600, 2);
  expect_rising_together(run);
  // Smooth: after it settled, no frame is longer or shorter than it should be by a fifth.
  const double frame = 3600 / GetParam();
  for (std::size_t i = run.out.size() / 4; i < run.out.size(); ++i) {
    EXPECT_NEAR(static_cast<double>(run.out[i].duration.count()), frame, frame / 5);
  }
}

INSTANTIATE_TEST_SUITE_P(Paces, TimelineWrongPace, testing::Values(0.7, 0.9, 0.97, 1.05, 1.3));

TEST(TimelineWrongPaceEnds, ARightPaceIsFoundAgain) {
  Simulator run(Pacing::kLive);
  run.pace = 0.7;
  run.run_seconds(60);
  ASSERT_TRUE(run.timeline.is_retimed());
  run.pace = 1.0;
  run.run_seconds(300);
  EXPECT_FALSE(run.timeline.is_retimed());
  EXPECT_THAT(run.reasons, IsEmpty());
  EXPECT_LT(std::abs(lateness(run.out.back())), 0.6);
}

TEST(TimelineStandstill, ASourceThatStoodStillIsOneDiscontinuity) {
  Simulator run(Pacing::kLive);
  run.run_seconds(60);
  run.pause = std::chrono::seconds(20);
  run.run_seconds(60);
  EXPECT_EQ(run.reasons.size(), 1U);
  EXPECT_FALSE(run.timeline.is_retimed());
  EXPECT_LT(std::abs(lateness(run.out.back())), 0.5);
  expect_rising_together(run);
}

TEST(TimelineStandstill, AShortStallIsCaughtUpWith) {
  Simulator run(Pacing::kLive);
  run.run_seconds(60);
  run.pause = std::chrono::seconds(5);
  run.run_seconds(2);
  run.pause = {};
  run.skip(125);  // the network gives what it kept, at once
  run.run_seconds(60);
  EXPECT_THAT(run.reasons, IsEmpty());
}

}  // namespace
}  // namespace flu::media
