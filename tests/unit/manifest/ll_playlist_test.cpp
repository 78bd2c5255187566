#include "libcommon/manifest/ll_playlist.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flu::manifest {
namespace {

using media::Ticks;
using media::Timestamp;
using testing::HasSubstr;
using testing::Not;

constexpr std::int64_t kSecond = 90'000;
constexpr std::int64_t kStart = std::int64_t{1'795'331'405} * kSecond;

// Segments of 2 s, five parts each, and two parts of the next.
LlPlaylist playlist(int segments) {
  LlPlaylist out;
  out.media.target_duration = 2;
  out.media.media_sequence = 100;
  out.media.is_independent = true;
  out.part_target = Ticks(36'000);
  for (int i = 0; i <= segments; ++i) {
    MediaSegment segment{fmt::format("s{}.m4s", i), "i.mp4", Timestamp(kStart + i * 2 * kSecond),
                         Ticks(2 * kSecond), false};
    std::vector<LlPlaylist::Part> parts;
    for (int k = 0; k < 5; ++k) {
      parts.push_back({fmt::format("s{}-p{}.m4s", i, k), Ticks(36'000), k == 0});
    }
    if (i < segments) {
      out.media.segments.push_back(segment);
      out.parts.push_back(parts);
    } else {
      parts.resize(2);
      out.growing = segment;
      out.growing_parts = parts;
    }
  }
  out.hint = fmt::format("s{}-p2.m4s", segments);
  return out;
}

TEST(LlPlaylist, WritesWhatAPlayerOfLowLatencyAsksFor) {
  LlPlaylist list = playlist(1);
  list.reports = {{"../tracks-a1/index.ll.m3u8"}};
  EXPECT_EQ(
      write_ll_playlist(list, false),
      "#EXTM3U\n"
      "#EXT-X-VERSION:9\n"
      "#EXT-X-INDEPENDENT-SEGMENTS\n"
      "#EXT-X-TARGETDURATION:2\n"
      "#EXT-X-MEDIA-SEQUENCE:100\n"
      "#EXT-X-DISCONTINUITY-SEQUENCE:0\n"
      "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=12.000000,"
      "HOLD-BACK=6.000000,PART-HOLD-BACK=1.200000\n"
      "#EXT-X-PART-INF:PART-TARGET=0.400000\n"
      "#EXT-X-MAP:URI=\"i.mp4\"\n"
      "#EXT-X-PROGRAM-DATE-TIME:2026-11-22T07:10:05.000Z\n"
      "#EXT-X-PART:DURATION=0.400000,URI=\"s0-p0.m4s\",INDEPENDENT=YES\n"
      "#EXT-X-PART:DURATION=0.400000,URI=\"s0-p1.m4s\"\n"
      "#EXT-X-PART:DURATION=0.400000,URI=\"s0-p2.m4s\"\n"
      "#EXT-X-PART:DURATION=0.400000,URI=\"s0-p3.m4s\"\n"
      "#EXT-X-PART:DURATION=0.400000,URI=\"s0-p4.m4s\"\n"
      "#EXTINF:2.000000,\n"
      "s0.m4s\n"
      "#EXT-X-PROGRAM-DATE-TIME:2026-11-22T07:10:07.000Z\n"
      "#EXT-X-PART:DURATION=0.400000,URI=\"s1-p0.m4s\",INDEPENDENT=YES\n"
      "#EXT-X-PART:DURATION=0.400000,URI=\"s1-p1.m4s\"\n"
      "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"s1-p2.m4s\"\n"
      "#EXT-X-RENDITION-REPORT:URI=\"../tracks-a1/index.ll.m3u8\",LAST-MSN=101,LAST-PART=1\n");
}

TEST(LlPlaylist, KeepsThePartsOfThreeTargetDurations) {
  const std::string text = write_ll_playlist(playlist(6), false);
  // The end is 0.8 s into segment 6, segment 3 begins 6.8 s before it.
  EXPECT_THAT(text, Not(HasSubstr("s3-p")));
  EXPECT_THAT(text, HasSubstr("s4-p0."));
  EXPECT_THAT(text, HasSubstr("s6-p1."));
}

TEST(LlPlaylist, DeltaIsTheWholeListWithOldSegmentsLeftOut) {
  const LlPlaylist list = playlist(9);
  std::string whole = write_ll_playlist(list, false);
  const std::string delta = write_ll_playlist(list, true);
  // 18.8 s long: the first 3 segments end more than 12 s before the end.
  const std::string skip = "#EXT-X-SKIP:SKIPPED-SEGMENTS=3\n";
  const auto at = delta.find(skip);
  ASSERT_NE(at, std::string::npos);
  const auto begin = whole.find("#EXT-X-MAP");
  const std::string last = "s2.m4s\n";
  const auto end = whole.find(last) + last.size();
  EXPECT_EQ(delta, whole.replace(begin, end - begin, skip));
}

TEST(LlPlaylist, DeltaIsTheWholeListWhereNothingIsOldEnough) {
  EXPECT_EQ(write_ll_playlist(playlist(5), true), write_ll_playlist(playlist(5), false));
}

TEST(LlPlaylist, ReportsTheLastPartOfASegmentThatIsComplete) {
  LlPlaylist list = playlist(2);
  list.growing.reset();
  list.growing_parts.clear();
  list.reports = {{"x"}};
  EXPECT_THAT(write_ll_playlist(list, false), HasSubstr("URI=\"x\",LAST-MSN=101,LAST-PART=4\n"));
}

TEST(LlPlaylist, TellsABreakBeforeThePartsOfTheGrowingSegment) {
  LlPlaylist list = playlist(1);
  list.growing->is_discontinuity = true;
  list.growing->map = "other.mp4";
  EXPECT_THAT(write_ll_playlist(list, false),
              HasSubstr("s0.m4s\n#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI=\"other.mp4\"\n"
                        "#EXT-X-PROGRAM-DATE-TIME:2026-11-22T07:10:07.000Z\n#EXT-X-PART:"));
}

TEST(LlPlaylist, ReadsDirectives) {
  EXPECT_EQ(parse_directives("", "", ""), Directives{});
  EXPECT_EQ(parse_directives("0", "", ""), (Directives{0, {}, false}));
  EXPECT_EQ(parse_directives("12", "3", "YES"), (Directives{12, 3, true}));
  EXPECT_EQ(parse_directives("", "", "v2"), (Directives{{}, {}, true}));
  EXPECT_EQ(parse_directives("", "", "NO"), Directives{});
  EXPECT_FALSE(parse_directives("", "3", ""));
  EXPECT_FALSE(parse_directives("-1", "", ""));
  EXPECT_FALSE(parse_directives("1", "x", ""));
}

// 59.94 pictures a second: the target is no whole number of microseconds.
TEST(LlPlaylist, TheHoldBackIsThreeTimesWhatIsSaidOfParts) {
  LlPlaylist odd = playlist(3);
  odd.part_target = Ticks(30'030);
  const std::string text = write_ll_playlist(odd, false);
  EXPECT_THAT(text, HasSubstr("PART-TARGET=0.333667\n"));
  EXPECT_THAT(text, HasSubstr("PART-HOLD-BACK=1.001011\n"));
}

}  // namespace
}  // namespace flu::manifest
