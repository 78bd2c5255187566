#include "libcommon/codec/cue_sample.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libcommon/codec/limits.h"

namespace flu::codec {
namespace {

using media::Ticks;
using media::Timestamp;

constexpr Timestamp kDts{900'000};

Cue cue(std::int64_t start, std::int64_t end, std::string text) {
  return {Timestamp(start), Timestamp(end), {}, std::move(text)};
}

TEST(CueSample, CuesKeepTheirOwnTimes) {
  std::vector<Cue> cues{cue(800'000, 1'000'000, "one"), cue(900'000, 990'000, "two\nlines")};
  cues[1].settings = "line:0";
  const auto parsed = parse_cue_sample(kDts, Ticks(90'000), write_cue_sample(kDts, cues));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(*parsed, cues);
}

TEST(CueSample, MovesWithItsSample) {
  const Buffer sample = write_cue_sample(kDts, {cue(800'000, 1'000'000, "one")});
  const auto parsed = parse_cue_sample(kDts + Ticks(500), Ticks(1), sample);
  EXPECT_THAT(*parsed, testing::ElementsAre(cue(800'500, 1'000'500, "one")));
}

TEST(CueSample, NothingIsShown) {
  const Buffer sample = write_cue_sample(kDts, {});
  EXPECT_EQ(sample, (Buffer{0, 0, 0, 8, 'v', 't', 't', 'e'}));
  EXPECT_TRUE(parse_cue_sample(kDts, Ticks(1), sample)->empty());
}

TEST(CueSample, OfOthersHasTheTimesOfTheSample) {
  const Buffer sample{0, 0, 0, 18, 'v', 't', 't', 'c', 0, 0, 0, 10, 'p', 'a', 'y', 'l', 'h', 'i'};
  const auto parsed = parse_cue_sample(kDts, Ticks(90'000), sample);
  EXPECT_THAT(*parsed, testing::ElementsAre(cue(900'000, 990'000, "hi")));
}

TEST(CueSample, CutAnywhereIsRefusedOrHasNoCue) {
  const Buffer sample = write_cue_sample(kDts, {cue(900'000, 990'000, "one")});
  for (std::size_t length = 1; length < sample.size(); ++length) {
    EXPECT_FALSE(parse_cue_sample(kDts, Ticks(1), Bytes(sample).first(length))) << length;
  }
}

TEST(CueSample, HasNoMoreThanAllowed) {
  const Buffer sample =
      write_cue_sample(kDts, std::vector<Cue>(kMaxCues + 5, cue(900'000, 990'000, "one")));
  EXPECT_EQ(parse_cue_sample(kDts, Ticks(1), sample)->size(), kMaxCues);
}

}  // namespace
}  // namespace flu::codec
