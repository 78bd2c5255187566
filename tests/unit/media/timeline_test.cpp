#include "libcommon/media/timeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/media/timeline_simulator.h"

namespace flu::media {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::int64_t kSecond = 90'000;

std::int64_t distance(Timestamp a, Timestamp b) {
  return std::abs((a - b).count());
}

// On each track times rise, and frames are as long as they are apart but at discontinuities.
void expect_rising(const Simulator& run) {
  std::map<std::uint32_t, Timestamp> last;
  for (const auto& sample : run.out) {
    const auto found = last.find(sample.track);
    if (found != last.end()) {
      ASSERT_GT(sample.utc, found->second) << "track " << sample.track;
    }
    last[sample.track] = sample.utc;
  }
}

// The sound is where it was against the picture, within a tick.
void expect_together(const Simulator& run) {
  std::map<std::int64_t, Timestamp> video;
  for (const auto& sample : run.out) {
    if (sample.track == 1) video[sample.source.count()] = sample.utc;
  }
  for (const auto& sample : run.out) {
    const auto match = video.find(sample.source.count());
    if (sample.track == 2 && match != video.end()) {
      EXPECT_LE(distance(sample.utc, match->second), 1) << sample.source.count();
    }
  }
}

TEST(Timeline, AnchorsTheFirstSampleByItsArrival) {
  Simulator run(Pacing::kLive);
  run.run_seconds(2);
  EXPECT_EQ(run.out.front().utc, to_timestamp(Simulator::kWall));
  EXPECT_EQ(run.last(1), to_timestamp(Simulator::kWall) + Ticks(49 * 3600));
  EXPECT_THAT(run.reasons, IsEmpty());
  EXPECT_EQ(run.dropped, 0U);
  expect_together(run);
}

TEST(Timeline, SamplesThatWereKeptBackAreOlderThanTheirArrival) {
  Timeline timeline(Pacing::kLive);
  std::vector<Unit> units;
  for (const int second : {9, 10}) {
    Sample sample;
    sample.track_id = 1;
    sample.dts = Timestamp(second * kSecond);
    units.emplace_back(sample);
  }
  timeline.expect(units);
  const auto first =
      timeline.map(1, Timestamp(9 * kSecond), Ticks(3600), {Simulator::kMono, Simulator::kWall});
  EXPECT_EQ(first.dts, to_timestamp(Simulator::kWall) - Ticks(kSecond));
}

TEST(Timeline, AJumpAmongWhatWasKeptBackDoesNotMakeItOlder) {
  Timeline timeline(Pacing::kLive);
  std::vector<Unit> units;
  for (const std::int64_t tenths : {100, 105, 18545, 18550}) {
    for (const std::uint32_t track : {1U, 2U}) {
      Sample sample;
      sample.track_id = track;
      sample.dts = Timestamp(tenths * kSecond / 10);
      units.emplace_back(sample);
    }
  }
  timeline.expect(units);
  const Arrival now{Simulator::kMono, Simulator::kWall};
  const auto first = timeline.map(1, Timestamp(10 * kSecond), Ticks(3600), now);
  EXPECT_EQ(first.dts, to_timestamp(Simulator::kWall) - Ticks(kSecond));
  timeline.map(2, Timestamp(10 * kSecond), Ticks(3600), now);
  timeline.map(1, Timestamp(105 * kSecond / 10), Ticks(3600), now);
  const auto after = timeline.map(1, Timestamp(18545 * kSecond / 10), Ticks(3600), now);
  EXPECT_TRUE(after.is_discontinuity);
  EXPECT_LE(after.dts, to_timestamp(Simulator::kWall));
}

TEST(Timeline, JitterChangesNothing) {
  Simulator run(Pacing::kLive);
  run.jitter = milliseconds(300);
  run.run_seconds(300);
  EXPECT_THAT(run.reasons, IsEmpty());
  EXPECT_EQ(run.dropped, 0U);
  for (const auto& sample : run.out) EXPECT_EQ(sample.duration.count(), Simulator::kFrame);
}

class TimelineJump : public testing::TestWithParam<std::int64_t> {};

TEST_P(TimelineJump, IsOneDiscontinuityForAllTracks) {
  Simulator run(Pacing::kLive);
  run.run_seconds(10);
  const Timestamp before = run.last(1);
  run.offset += GetParam();
  run.run_seconds(10);
  EXPECT_EQ(run.reasons.size(), 1U);
  EXPECT_EQ(run.dropped, 0U);
  EXPECT_EQ(run.last(1), before + Ticks(250 * 3600));
  expect_rising(run);
  expect_together(run);
}

TEST_P(TimelineJump, IsOneDiscontinuityInAFile) {
  Simulator run(Pacing::kFree);
  run.run_seconds(10);
  run.offset += GetParam();
  run.run_seconds(10);
  EXPECT_EQ(run.reasons.size(), 1U);
  EXPECT_LE(run.dropped, 10U);  // what the sound lies behind the picture
  expect_rising(run);
  expect_together(run);
}

INSTANTIATE_TEST_SUITE_P(Sizes, TimelineJump,
                         testing::Values(10 * kSecond, -10 * kSecond, 26 * 3600 * kSecond,
                                         -26 * 3600 * kSecond, 3 * kSecond, -2 * kSecond));

TEST(Timeline, TwoJumpsAreTwoDiscontinuities) {
  Simulator run(Pacing::kLive);
  run.run_seconds(5);
  run.offset += 10 * kSecond;
  run.run_seconds(5);
  run.offset -= 10 * kSecond;
  run.run_seconds(5);
  EXPECT_EQ(run.reasons.size(), 2U);
  expect_rising(run);
  expect_together(run);
}

TEST(Timeline, ATailOfTheOldTimeAfterTheJumpIsKept) {
  Timeline timeline(Pacing::kLive);
  const auto at = [](int ms) {
    return Arrival{Simulator::kMono + milliseconds(ms), Simulator::kWall + milliseconds(ms)};
  };
  for (int i = 0; i < 50; ++i) {
    timeline.map(1, Timestamp(i * 3600), Ticks(3600), at(i * 40));
    timeline.map(2, Timestamp(i * 3600 - 27'000), Ticks(3600), at(i * 40));
  }
  const auto jumped = timeline.map(1, Timestamp(50 * 3600 + 900'000), Ticks(3600), at(2000));
  EXPECT_TRUE(jumped.is_discontinuity);
  const auto tail = timeline.map(2, Timestamp(50 * 3600 - 27'000), Ticks(3600), at(2000));
  EXPECT_FALSE(tail.is_dropped);
  EXPECT_FALSE(tail.is_discontinuity);
  EXPECT_EQ(tail.dts, jumped.dts - Ticks(27'000));
  const auto after = timeline.map(2, Timestamp(51 * 3600 + 900'000), Ticks(3600), at(2040));
  EXPECT_FALSE(after.is_discontinuity);
  EXPECT_EQ(after.dts, jumped.dts + Ticks(3600));
}

TEST(Timeline, ATrackWithAClockOfItsOwnBreaksNothing) {
  Timeline timeline(Pacing::kFree);
  const Arrival now{Simulator::kMono, Simulator::kWall};
  timeline.map(1, Timestamp(0), Ticks(3600), now);
  timeline.map(1, Timestamp(3600), Ticks(3600), now);
  const auto teletext = timeline.map(5, Timestamp(45'050 * kSecond), Ticks(1800), now);
  EXPECT_FALSE(teletext.is_discontinuity);
  EXPECT_EQ(teletext.dts, to_timestamp(Simulator::kWall) + Ticks(3600));
  EXPECT_FALSE(timeline.map(1, Timestamp(7200), Ticks(3600), now).is_discontinuity);
  EXPECT_FALSE(
      timeline.map(5, Timestamp(45'050 * kSecond + 1800), Ticks(1800), now).is_discontinuity);
}

TEST(Timeline, AGapOfTheNetworkIsAGapAndNoMore) {
  Simulator run(Pacing::kLive);
  run.run_seconds(10);
  const Timestamp before = run.last(1);
  run.skip(30 * 25);
  run.run_seconds(10);
  EXPECT_THAT(run.reasons, IsEmpty());
  EXPECT_EQ(run.last(1), before + Ticks((30 * 25 + 250) * 3600));
}

TEST(Timeline, ASilentTrackComesBackInItsPlace) {
  Timeline timeline(Pacing::kLive);
  const auto at = [](int ms) {
    return Arrival{Simulator::kMono + milliseconds(ms), Simulator::kWall + milliseconds(ms)};
  };
  for (int i = 0; i < 1000; ++i) {
    timeline.map(1, Timestamp(i * 3600), Ticks(3600), at(i * 40));
    if (i < 100 || i > 700) {
      const auto audio = timeline.map(2, Timestamp(i * 3600), Ticks(3600), at(i * 40));
      EXPECT_FALSE(audio.is_discontinuity);
      EXPECT_EQ(audio.dts, to_timestamp(Simulator::kWall) + Ticks(i * 3600));
    }
  }
}

TEST(Timeline, WallClockSteppedForwardIsOneDiscontinuity) {
  Simulator run(Pacing::kLive);
  run.run_seconds(10);
  const Timestamp before = run.last(1);
  run.wall_step = hours(1);
  run.run_seconds(10);
  ASSERT_EQ(run.reasons.size(), 1U);
  EXPECT_THAT(run.reasons[0], HasSubstr("system clock stepped forward by 3600.0 s"));
  EXPECT_EQ(run.last(1), before + Ticks(250 * 3600 + 3600 * kSecond));
  expect_rising(run);
}

TEST(Timeline, WallClockSteppedBackKeepsTheTimeAndIsUnsure) {
  Simulator run(Pacing::kLive);
  run.run_seconds(10);
  EXPECT_FALSE(run.out.back().is_clock_unsure);
  const Timestamp before = run.last(1);
  run.wall_step = -hours(1);
  run.run_seconds(10);
  EXPECT_THAT(run.reasons, IsEmpty());
  EXPECT_TRUE(run.out.back().is_clock_unsure);
  EXPECT_EQ(run.last(1), before + Ticks(250 * 3600));
  run.wall_step = {};
  run.run_seconds(1);
  EXPECT_FALSE(run.out.back().is_clock_unsure);
}

TEST(Timeline, SmallStepsOfTheWallClockAreNotSeen) {
  Simulator run(Pacing::kLive);
  run.run_seconds(10);
  run.wall_step = seconds(1);
  run.run_seconds(10);
  run.wall_step = -seconds(1);
  run.run_seconds(10);
  EXPECT_THAT(run.reasons, IsEmpty());
  EXPECT_FALSE(run.out.back().is_clock_unsure);
}

TEST(Timeline, AFileIsAnchoredOnceWhateverTheClocksDo) {
  Timeline timeline(Pacing::kFree);
  const auto first =
      timeline.map(1, Timestamp(500), Ticks(3600), {Simulator::kMono, Simulator::kWall});
  const auto second = timeline.map(1, Timestamp(4100), Ticks(3600),
                                   {Simulator::kMono, Simulator::kWall + hours(5)});
  EXPECT_EQ(second.dts, first.dts + Ticks(3600));
  EXPECT_FALSE(second.is_discontinuity);
}

TEST(Timeline, RestartGoesOnBehindWhatWasGiven) {
  Simulator run(Pacing::kFree);
  run.run_seconds(10);
  const Timestamp end = run.last(1) + Ticks(3600);
  run.timeline.restart("the file begins again");
  const auto next =
      run.timeline.map(1, Timestamp(1'000'000), Ticks(3600), {Simulator::kMono, Simulator::kWall});
  EXPECT_TRUE(next.is_discontinuity);
  EXPECT_EQ(next.reason, "the file begins again");
  EXPECT_EQ(next.dts, end);
}

TEST(Timeline, ARepeatedFileHasNoSeamOnTheTrackThatLeavesTheLeastRoom) {
  Timeline timeline(Pacing::kFree);
  const Arrival now{Simulator::kMono, Simulator::kWall};
  const auto make = [](std::uint32_t track, std::int64_t dts) {
    Sample sample;
    sample.track_id = track;
    sample.dts = Timestamp(dts);
    sample.duration = Ticks(3600);
    return sample;
  };
  // The sound begins and ends 5400 ticks after the picture; it comes first.
  for (int pass = 0; pass < 3; ++pass) {
    std::vector<Unit> units{make(2, 5400), make(1, 0), make(2, 9000), make(1, 3600)};
    timeline.expect(units);
    for (Unit& unit : units) {
      auto& sample = std::get<Sample>(unit);
      const Timestamp start = to_timestamp(Simulator::kWall) + Ticks(pass * 7200);
      const Timestamp source = sample.dts;
      EXPECT_FALSE(timeline.retime(sample, now).is_dropped);
      EXPECT_EQ(sample.dts, start + source);
    }
    timeline.restart();
  }
}

TEST(Timeline, RestartBeforeTheFirstSampleIsNoDiscontinuity) {
  Timeline timeline(Pacing::kLive);
  timeline.restart("the source was started", Pacing::kPaced);
  const auto first =
      timeline.map(1, Timestamp(0), Ticks(3600), {Simulator::kMono, Simulator::kWall});
  EXPECT_FALSE(first.is_discontinuity);
}

TEST(Timeline, UtcOfTheSourceIsTaken) {
  Timeline timeline(Pacing::kUtc);
  const Timestamp utc = to_timestamp(Simulator::kWall) - Ticks(kSecond / 2);
  const Arrival now{Simulator::kMono, Simulator::kWall};
  EXPECT_EQ(timeline.map(1, utc, Ticks(3600), now).dts, utc);
  EXPECT_EQ(timeline.map(1, utc + Ticks(3600), Ticks(3600), now).dts, utc + Ticks(3600));
  EXPECT_TRUE(timeline.map(1, utc, Ticks(3600), now).is_dropped);
}

TEST(Timeline, BFramesKeepTheirOrder) {
  Timeline timeline(Pacing::kLive);
  // I P B B: decoded in the order in which they come.
  const std::array<std::int64_t, 4> pts{7200, 18'000, 10'800, 14'400};
  std::vector<std::int64_t> shown;
  std::int64_t dts = 0;
  for (const std::int64_t at : pts) {
    Sample sample;
    sample.track_id = 1;
    sample.dts = Timestamp(dts);
    sample.cts = Ticks(at - dts);
    sample.duration = Ticks(3600);
    timeline.retime(sample, {Simulator::kMono + milliseconds(dts / 90),
                             Simulator::kWall + milliseconds(dts / 90)});
    EXPECT_GE(sample.cts.count(), 0);
    shown.push_back((sample.pts() - to_timestamp(Simulator::kWall)).count());
    dts += 3600;
  }
  EXPECT_THAT(shown, ElementsAre(7200, 18'000, 10'800, 14'400));
}

TEST(Timeline, SamplesThatGoBackAreDropped) {
  Timeline timeline(Pacing::kLive);
  const Arrival now{Simulator::kMono, Simulator::kWall};
  timeline.map(1, Timestamp(7200), Ticks(3600), now);
  EXPECT_TRUE(timeline.map(1, Timestamp(3600), Ticks(3600), now).is_dropped);
  EXPECT_TRUE(timeline.map(1, Timestamp(7200), Ticks(3600), now).is_dropped);
  EXPECT_FALSE(timeline.map(1, Timestamp(10'800), Ticks(3600), now).is_dropped);
}

TEST(Timeline, RandomTimestampsAreNoStorm) {
  Timeline timeline(Pacing::kLive);
  std::uint32_t noise = 7;
  unsigned discontinuities = 0;
  for (int i = 0; i < 2500; ++i) {
    noise = noise * 1'103'515'245 + 12'345;
    const auto mapped = timeline.map(
        1, Timestamp((noise >> 8) * 64), Ticks(3600),
        {Simulator::kMono + milliseconds(40 * i), Simulator::kWall + milliseconds(40 * i)});
    if (mapped.is_discontinuity) ++discontinuities;
  }
  EXPECT_LE(discontinuities, 100U);  // one a second
}

TEST(Timeline, EventsAreHeldToTheSameTime) {
  Timeline timeline(Pacing::kLive);
  EXPECT_FALSE(timeline.to_utc(Timestamp(0)));
  timeline.map(1, Timestamp(0), Ticks(3600), {Simulator::kMono, Simulator::kWall});
  EXPECT_EQ(timeline.to_utc(Timestamp(4 * kSecond)),
            to_timestamp(Simulator::kWall) + Ticks(4 * kSecond));
}

}  // namespace
}  // namespace flu::media
