#include "libcommon/manifest/webvtt.h"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flu::manifest {
namespace {

using media::Timestamp;
using testing::HasSubstr;

constexpr std::int64_t kStart = 158'741'550'045'000;  // half a second behind a whole one

codec::Cue cue(std::int64_t start, std::int64_t end, std::string text) {
  return {Timestamp(kStart + start), Timestamp(kStart + end), {}, std::move(text)};
}

TEST(WebVtt, SegmentWithoutCuesStillTellsItsTime) {
  constexpr std::int64_t kSecondBefore = kStart - 45'000;
  EXPECT_EQ(write_webvtt(Timestamp(kStart), {}),
            "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:" +
                std::to_string(kSecondBefore % (std::int64_t{1} << 33)) + ",LOCAL:00:00:00.000\n");
}

TEST(WebVtt, CuesHaveTheirWholeTime) {
  const std::vector<codec::Cue> cues{cue(0, 90'000, "one"), cue(90'000, 540'000'000, "two\nlines")};
  const std::string text = write_webvtt(Timestamp(kStart), cues);
  EXPECT_THAT(text, HasSubstr("\n00:00:00.500 --> 00:00:01.500\none\n"));
  EXPECT_THAT(text, HasSubstr("\n00:00:01.500 --> 01:40:00.500\ntwo\nlines\n"));
}

TEST(WebVtt, CueOfAnEarlierSegmentHasTheSameName) {
  const std::vector<codec::Cue> cues{cue(-180'000, 90'000, "one")};
  const std::string before = write_webvtt(Timestamp(kStart - 180'000), cues);
  const std::string text = write_webvtt(Timestamp(kStart), cues);
  EXPECT_EQ(before, text);
  EXPECT_THAT(text, HasSubstr("\n00:00:00.500 --> 00:00:03.500\none\n"));
}

TEST(WebVtt, NothingInACueCanEndIt) {
  std::vector<codec::Cue> cues{cue(0, 90, "a\n\nb --> c"), cue(0, 90, "\n"), cue(0, 0, "d")};
  cues[0].settings = "line:0\n\nNOTE";
  cues[2].settings = "line:0";
  const std::string text = write_webvtt(Timestamp(kStart), cues);
  EXPECT_THAT(text, HasSubstr("00:00:00.500 --> 00:00:00.501\na\nb --&gt; c\n"));
  EXPECT_THAT(text, HasSubstr("00:00:00.500 --> 00:00:00.501 line:0\nd\n"));
}

}  // namespace
}  // namespace flu::manifest
