#include "libcommon/media/start_burst.h"

#include <gtest/gtest.h>

#include "tests/unit/media/timeline_simulator.h"

namespace flu::media {
namespace {

using std::chrono::milliseconds;

Arrival at(std::int64_t ms) {
  return {Simulator::kMono + milliseconds(ms), Simulator::kWall + milliseconds(ms)};
}

std::vector<Unit> frames(std::int64_t from, std::int64_t to, std::size_t bytes = 100) {
  std::vector<Unit> out;
  for (std::int64_t i = from; i < to; ++i) {
    Sample sample;
    sample.track_id = 1;
    sample.dts = Timestamp(i * 3600);
    sample.data.resize(bytes);
    out.emplace_back(std::move(sample));
  }
  return out;
}

TEST(StartBurst, EndsWhereItComesInRealTime) {
  StartBurst burst;
  for (int i = 0; i < 10; ++i) {  // 10 s of media in 300 ms
    burst.add(frames(i * 25, i * 25 + 25), at(i * 30));
    EXPECT_FALSE(burst.is_over()) << i;
  }
  std::int64_t ms = 300;
  for (int i = 250; !burst.is_over(); ++i, ms += 40) burst.add(frames(i, i + 1), at(ms));
  EXPECT_LE(ms, 600);
}

TEST(StartBurst, AStreamInRealTimeIsKeptBackForATenthOfASecond) {
  StartBurst burst;
  std::int64_t ms = 0;
  for (int i = 0; !burst.is_over(); ++i, ms += 40) burst.add(frames(i, i + 1), at(ms));
  EXPECT_LE(ms, 200);
}

TEST(StartBurst, LumpsInRealTimeAreNoBurst) {
  StartBurst burst;
  burst.add(frames(0, 12), at(0));
  EXPECT_FALSE(burst.is_over());
  burst.add(frames(12, 25), at(500));
  EXPECT_TRUE(burst.is_over());
}

TEST(StartBurst, ASourceThatIsFasterForEverIsNotAwaited) {
  StartBurst burst;
  std::int64_t ms = 0;
  for (int i = 0; !burst.is_over(); ++i, ms += 40) burst.add(frames(i * 10, i * 10 + 10), at(ms));
  EXPECT_EQ(ms - 40, 2000);
}

TEST(StartBurst, BytesAreLimited) {
  StartBurst burst;
  for (int i = 0; i < 32; ++i) {
    EXPECT_FALSE(burst.is_over());
    burst.add(frames(i, i + 1, std::size_t{1} << 20), at(i));
  }
  EXPECT_TRUE(burst.is_over());
}

TEST(StartBurst, WhatHasNoFramesIsNotAwaited) {
  StartBurst burst;
  burst.add({}, at(0));
  EXPECT_FALSE(burst.is_over());
}

// What a timeline makes of a server that gives 5 s at once.
TEST(StartBurst, PutsTheNewestOfTheBurstAtItsArrival) {
  StartBurst burst;
  Timeline timeline(Pacing::kLive);
  std::vector<Unit> kept;
  std::int64_t ms = 0;
  for (int i = 0; !burst.is_over(); ++i) {
    ms = std::max(0, i - 125) * 40;
    auto units = frames(i, i + 1);
    burst.add(units, at(ms));
    kept.push_back(std::move(units.front()));
  }
  timeline.expect(kept);
  Timestamp last{0};
  for (Unit& unit : kept) {
    auto& sample = std::get<Sample>(unit);
    const auto mapped = timeline.retime(sample, at(ms));
    EXPECT_FALSE(mapped.is_dropped || mapped.is_discontinuity);
    last = sample.dts;
  }
  EXPECT_EQ(last, to_timestamp(Simulator::kWall + milliseconds(ms)));
}

}  // namespace
}  // namespace flu::media
