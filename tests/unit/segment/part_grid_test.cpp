#include "libcommon/segment/part_grid.h"

#include <vector>

#include <gtest/gtest.h>

namespace flu::segment {
namespace {

using media::Ticks;
using media::Timestamp;

media::Track video(std::uint32_t rate_num, std::uint32_t rate_den) {
  media::Track track;
  track.video.rate_num = rate_num;
  track.video.rate_den = rate_den;
  return track;
}

Ticks target_of(std::int64_t frame) {
  return part_target(video(0, 1), Ticks(frame));
}

TEST(PartGrid, TargetIsTheSmallestWholeNumberOfFramesFromAThirdOfASecond) {
  EXPECT_EQ(target_of(3600), Ticks(32'400));                                // 25 Hz: 9 frames
  EXPECT_EQ(target_of(3003), Ticks(30'030));                                // 29.97 Hz: 10 frames
  EXPECT_EQ(target_of(1800), Ticks(30'600));                                // 50 Hz: 17 frames
  EXPECT_EQ(target_of(90'000), Ticks(90'000));                              // a picture a second
  EXPECT_EQ(part_target(video(60'000, 1001), Ticks(1502)), Ticks(30'030));  // not a rounded frame
  media::Track audio;
  audio.kind = media::TrackKind::kAudio;
  audio.audio = {48'000, 2, 1024};
  EXPECT_EQ(part_target(audio, Ticks(0)), Ticks(30'720));
  audio.audio.sample_rate = 44'100;
  EXPECT_EQ(part_target(audio, Ticks(0)), Ticks(31'347));
}

TEST(PartGrid, TargetOfUnknownAndVeryLongFramesIsBounded) {
  EXPECT_EQ(target_of(0), Ticks(30'000));
  EXPECT_EQ(target_of(-5), Ticks(30'000));
  EXPECT_EQ(target_of(900'000), Ticks(90'000));
  EXPECT_EQ(part_target(video(1, 4'000'000'000), Ticks(3600)), Ticks(90'000));
  EXPECT_EQ(part_target(video(4'000'000'000, 1), Ticks(3600)), Ticks(29'700));
}

TEST(PartGrid, FramesOfTheirNominalTimesFillEachPartAlike) {
  for (const std::uint32_t rate : {25'000U, 30'000U, 50'000U, 60'000U}) {
    const std::uint32_t den = rate % 30'000 == 0 ? 1001 : 1000;
    const PartGrid grid(Timestamp(1000), part_target(video(rate, den), Ticks(0)));
    std::vector<int> frames(5);
    for (std::int64_t i = 0;; ++i) {
      const std::size_t index = grid.index_of(Timestamp(1000 + i * 90'000 * den / rate));
      if (index == frames.size()) break;
      ++frames.at(index);
    }
    for (const int count : frames) EXPECT_EQ(count, frames.front()) << rate;
  }
}

TEST(PartGrid, WhatIsBeforeTheFirstFrameIsInTheFirstPart) {
  const PartGrid grid(Timestamp(100'000), Ticks(30'000));
  EXPECT_EQ(grid.index_of(Timestamp(91'000)), 0U);
  EXPECT_EQ(grid.index_of(Timestamp(129'999)), 0U);
  EXPECT_EQ(grid.index_of(Timestamp(130'000)), 1U);
  EXPECT_EQ(grid.end_of(0), Timestamp(130'000));
}

TEST(PartGrid, TheLastPartEndsWithTheSegmentAndIsNeverLongerThanTheOthers) {
  const PartGrid grid(Timestamp(0), Ticks(32'400));
  EXPECT_EQ(grid.last_duration(6, Ticks(180'000)), Ticks(18'000));
  EXPECT_EQ(grid.last_duration(5, Ticks(180'000)), Ticks(32'400));  // a frame lasts too long
  EXPECT_EQ(grid.last_duration(6, Ticks(160'000)), Ticks(1));
}

}  // namespace
}  // namespace flu::segment
