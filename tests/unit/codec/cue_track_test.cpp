#include "libcommon/codec/cue_track.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libcommon/codec/limits.h"

namespace flu::codec {
namespace {

using media::Ticks;
using media::Timestamp;

Cue cue(std::int64_t start, std::int64_t end, std::string text) {
  return {Timestamp(start), Timestamp(end), {}, std::move(text)};
}

std::vector<std::string> texts(const media::Sample& sample) {
  std::vector<std::string> out;
  const auto cues = parse_cue_sample(sample.dts, sample.duration, sample.data);
  for (const Cue& one : *cues) {
    out.push_back(one.text);
  }
  return out;
}

TEST(CueTrack, CueIsFollowedByNothing) {
  CueTrack track;
  track.add(cue(100, 200, "a"));
  EXPECT_FALSE(track.next(Timestamp(99)));
  const auto shown = track.next(Timestamp(150));
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->dts, Timestamp(100));
  EXPECT_EQ(shown->duration, Ticks(100));
  EXPECT_TRUE(shown->is_sparse);
  EXPECT_FALSE(track.next(Timestamp(199)));
  const auto gone = track.next(Timestamp(200));
  ASSERT_TRUE(gone);
  EXPECT_EQ(gone->dts, Timestamp(200));
  EXPECT_TRUE(texts(*gone).empty());
  EXPECT_FALSE(track.next(Timestamp(10'000)));
}

TEST(CueTrack, WhatIsShownLastEndsByItsOwnTimes) {
  CueTrack track;
  track.add(cue(100, 200, "a"));
  track.add(cue(300, 900, "b"));
  track.finish();
  EXPECT_THAT(texts(*track.next(Timestamp(1000))), testing::ElementsAre("a"));
  EXPECT_THAT(texts(*track.next(Timestamp(1000))), testing::IsEmpty());
  const auto last = track.next(Timestamp(1000));
  ASSERT_TRUE(last);
  EXPECT_EQ(last->duration, Ticks(600));
  EXPECT_FALSE(track.next(Timestamp(1000)));
}

TEST(CueTrack, CuesThatOverlapStandTogether) {
  CueTrack track;
  track.add(cue(100, 300, "a"));
  track.add(cue(200, 400, "b"));
  EXPECT_THAT(texts(*track.next(Timestamp(500))), testing::ElementsAre("a"));
  EXPECT_THAT(texts(*track.next(Timestamp(500))), testing::ElementsAre("a", "b"));
  EXPECT_THAT(texts(*track.next(Timestamp(500))), testing::ElementsAre("b"));
  EXPECT_THAT(texts(*track.next(Timestamp(500))), testing::IsEmpty());
  EXPECT_FALSE(track.next(Timestamp(500)));
}

TEST(CueTrack, CueThatComesLateKeepsItsTime) {
  CueTrack track;
  track.add(cue(100, 500, "a"));
  (void)track.next(Timestamp(100));
  track.add(cue(50, 400, "b"));
  const auto late = track.next(Timestamp(110));
  ASSERT_TRUE(late);
  EXPECT_EQ(late->dts, Timestamp(101));
  const auto cues = parse_cue_sample(late->dts, late->duration, late->data);
  EXPECT_THAT(*cues, testing::ElementsAre(cue(100, 500, "a"), cue(50, 400, "b")));
}

TEST(CueTrack, HoldsNoMoreThanAllowed) {
  CueTrack track;
  for (std::int64_t i = 0; i < 1000; ++i) track.add(cue(100 + i, 10'000, "a"));
  std::size_t samples = 0;
  while (const auto sample = track.next(Timestamp(20'000))) {
    EXPECT_LE(texts(*sample).size(), kMaxCues);
    ++samples;
  }
  EXPECT_EQ(samples, kMaxCues + 1);
}

TEST(CueTrack, NothingForWhatIsNoCue) {
  CueTrack track;
  track.add(cue(100, 100, "a"));
  track.add(cue(100, 200, ""));
  EXPECT_FALSE(track.next(Timestamp(500)));
}

}  // namespace
}  // namespace flu::codec
