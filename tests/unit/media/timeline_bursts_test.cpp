#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libcommon/media/timeline.h"
#include "tests/unit/media/timeline_simulator.h"

namespace flu::media {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::int64_t kSecond = 90'000;
constexpr std::int64_t kFrame = 3600;

// HLS: each segment comes as the pictures of all of it, then the sound, when it is whole and the
// playlist has been read again.
class BurstSimulator {
 public:
  explicit BurstSimulator(int segment_seconds) : segment_(segment_seconds) {}

  struct Out {
    std::uint32_t track;
    std::int64_t meant;  // the source's time without `offset`
    Timestamp utc;
    Ticks duration;
    bool is_discontinuity;
    double lateness;  // seconds from there to its arrival
  };

  Timeline timeline{Pacing::kBursts};
  std::int64_t offset = 500'000'000;
  double pace = 1.0;
  double jitter = 0;  // seconds until the playlist is read
  seconds wall_step{0};
  seconds outage{0};
  std::vector<Out> out;
  std::vector<std::string> reasons;
  unsigned dropped = 0;

  // So many segments in one burst.
  void burst(int count = 1) {
    sent_ += static_cast<double>(segment_ * count) / pace;
    noise_ = noise_ * 1'103'515'245 + 12'345;
    const double at = sent_ + jitter * ((noise_ >> 16) % 1000) / 1000.0;
    const auto since = std::chrono::nanoseconds(std::llround(at * 1e9)) + outage;
    const Arrival arrival{
        Simulator::kMono + since,
        Simulator::kWall + std::chrono::floor<std::chrono::microseconds>(since) + wall_step};
    std::vector<Unit> units;
    for (const std::uint32_t track : {1U, 2U}) {
      for (std::int64_t i = 0; i < std::int64_t{25} * segment_ * count; ++i) {
        Sample sample;
        sample.track_id = track;
        sample.dts = Timestamp((index_ + i) * kFrame + offset);
        sample.duration = Ticks(kFrame);
        units.emplace_back(std::move(sample));
      }
    }
    index_ += std::int64_t{25} * segment_ * count;
    timeline.expect(units);
    for (Unit& unit : units) give(std::get<Sample>(unit), arrival);
  }

  void run(double length) {
    for (const double end = sent_ + length; sent_ < end;) burst();
  }

  // A segment that could not be fetched.
  void miss(int count) {
    sent_ += static_cast<double>(segment_ * count) / pace;
    index_ += std::int64_t{25} * segment_ * count;
  }

  [[nodiscard]] Timestamp last(std::uint32_t track) const {
    for (auto it = out.rbegin(); it != out.rend(); ++it) {
      if (it->track == track) return it->utc;
    }
    return Timestamp(0);
  }

 private:
  void give(Sample& sample, const Arrival& arrival) {
    const std::int64_t meant = sample.dts.count() - offset;
    const auto mapped = timeline.retime(sample, arrival);
    if (mapped.is_dropped) {
      ++dropped;
      return;
    }
    const Timestamp now = to_timestamp(arrival.wall - wall_step);
    out.push_back({sample.track_id, meant, sample.dts, sample.duration, mapped.is_discontinuity,
                   static_cast<double>((now - sample.dts).count()) / kSecond});
    if (mapped.is_discontinuity) reasons.push_back(mapped.reason);
  }

  std::int64_t segment_;
  std::int64_t index_ = 0;
  double sent_ = 0;
  std::uint32_t noise_ = 1;
};

// On each track times rise, without a hole or overlap; the sound stays with the picture.
void expect_seamless(const BurstSimulator& run) {
  std::map<std::uint32_t, Timestamp> end;
  std::map<std::int64_t, Timestamp> pictures;
  for (const auto& one : run.out) {
    if (const auto found = end.find(one.track); found != end.end()) {
      ASSERT_LE(std::abs((one.utc - found->second).count()), 1) << one.meant;
    }
    end[one.track] = one.utc + one.duration;
    if (one.track == 1) pictures[one.meant] = one.utc;
    if (one.track != 2) continue;
    ASSERT_LE(std::abs((one.utc - pictures.at(one.meant)).count()), 1) << one.meant;
  }
}

class TimelineBursts : public testing::TestWithParam<int> {};

TEST_P(TimelineBursts, TheNewestOfTheFirstBurstHasJustArrived) {
  BurstSimulator run(GetParam());
  run.burst(3);
  EXPECT_NEAR(run.out.back().lateness, 0, 0.001);
  run.run(600);
  EXPECT_THAT(run.reasons, IsEmpty());
  EXPECT_EQ(run.dropped, 0U);
  expect_seamless(run);
  for (const auto& one : run.out) EXPECT_EQ(one.duration.count(), kFrame);
}

TEST_P(TimelineBursts, WhenAPlaylistIsReadChangesNothing) {
  BurstSimulator run(GetParam());
  run.jitter = GetParam();
  run.run(3600);
  EXPECT_THAT(run.reasons, IsEmpty());
  EXPECT_EQ(run.dropped, 0U);
  expect_seamless(run);
  for (const auto& one : run.out) EXPECT_EQ(one.duration.count(), kFrame);
}

TEST_P(TimelineBursts, AJumpIsOneDiscontinuityForAllTracks) {
  for (const std::int64_t jump : {10, -10, 3, -3, 26 * 3600, -26 * 3600}) {
    BurstSimulator run(GetParam());
    run.jitter = GetParam() / 2.0;
    run.run(60);
    run.offset += jump * kSecond;
    run.run(60);
    EXPECT_EQ(run.reasons.size(), 1U) << jump;
    EXPECT_EQ(run.dropped, 0U) << jump;
    expect_seamless(run);
  }
}

INSTANTIATE_TEST_SUITE_P(SegmentSeconds, TimelineBursts, testing::Values(2, 6, 10));

TEST(TimelineBurstsMissing, ASegmentThatWasNotFetchedIsAGap) {
  for (const int count : {1, 2, 5}) {
    BurstSimulator run(6);
    run.jitter = 1;
    run.run(60);
    const Timestamp before = run.last(1);
    run.miss(count);
    run.burst();
    EXPECT_THAT(run.reasons, IsEmpty());
    EXPECT_EQ(run.last(1) - before, Ticks((count + 1) * 6 * kSecond));
    run.run(60);
    EXPECT_THAT(run.reasons, IsEmpty());
  }
}

TEST(TimelineBurstsMissing, ASourceThatWasAwayAndHasNewTimesIsPutWhereItArrives) {
  BurstSimulator run(6);
  run.run(60);
  run.outage = seconds(300);
  run.offset += 5000 * kSecond;
  run.run(60);
  EXPECT_EQ(run.reasons.size(), 1U);
  EXPECT_NEAR(run.out.back().lateness, 0, 1);
}

TEST(TimelineBurstsMissing, ASourceThatStoodStillIsOneDiscontinuity) {
  BurstSimulator run(6);
  run.run(300);
  run.outage = seconds(60);
  run.run(600);
  ASSERT_EQ(run.reasons.size(), 1U);
  EXPECT_THAT(run.reasons[0], HasSubstr("stood still"));
  EXPECT_NEAR(run.out.back().lateness, 0, 7);
}

class TimelineBurstsDrift : public testing::TestWithParam<double> {};

TEST_P(TimelineBurstsDrift, IsFollowedSlowly) {
  BurstSimulator run(6);
  run.pace = 1.0 + GetParam();
  run.jitter = 4;
  run.run(4 * 3600);
  EXPECT_THAT(run.reasons, IsEmpty());
  EXPECT_EQ(run.dropped, 0U);
  for (const auto& one : run.out) {
    EXPECT_NEAR(static_cast<double>(one.duration.count()), kFrame, 37);
    EXPECT_LT(std::abs(one.lateness), 12) << one.meant;
  }
  EXPECT_FALSE(run.timeline.is_retimed());
}

INSTANTIATE_TEST_SUITE_P(Ppm, TimelineBurstsDrift, testing::Values(0.0005, -0.0005, 0.003));

TEST(TimelineBurstsWrongPace, IsNeitherTimedFromArrivalNorAStorm) {
  BurstSimulator run(6);
  run.pace = 0.7;
  run.run(3600);
  EXPECT_FALSE(run.timeline.is_retimed());
  EXPECT_LT(run.reasons.size(), 30U);
  EXPECT_LT(std::abs(run.out.back().lateness), 120);
}

TEST(TimelineBurstsClock, AStepForwardIsOneDiscontinuity) {
  BurstSimulator run(6);
  run.run(60);
  run.wall_step = hours(1);
  run.run(60);
  ASSERT_EQ(run.reasons.size(), 1U);
  EXPECT_THAT(run.reasons[0], HasSubstr("system clock stepped forward by 3600.0 s"));
}

// A server that gives 5 s at once to who connects, then real time, all read as it comes: early by
// that, brought back by slewing, never a break.
TEST(TimelineLiveBurst, AtTheStartIsNoDiscontinuityAndNotKept) {
  for (const double burst : {2.0, 5.0, 8.0}) {
    Simulator run(Pacing::kLive);
    run.pace = 50;
    run.run_seconds(burst / run.pace);
    run.pace = 1;
    run.run_seconds(1800);
    EXPECT_THAT(run.reasons, IsEmpty()) << burst;
    EXPECT_EQ(run.dropped, 0U) << burst;
    EXPECT_FALSE(run.timeline.is_retimed()) << burst;
    EXPECT_LT(std::abs((run.out.back().arrival - run.out.back().utc).count()), 1.4 * kSecond)
        << burst;
  }
}

}  // namespace
}  // namespace flu::media
