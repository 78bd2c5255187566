#include "libcommon/manifest/segment_url.h"

#include <string>

#include <gtest/gtest.h>

namespace flu::manifest {
namespace {

constexpr std::int64_t kTime = 1'795'331'405'123;  // 2026-11-22T07:10:05.123Z

TEST(SegmentUrl, NamesStartAndDuration) {
  EXPECT_EQ(write_segment_path({kTime, 4000, true}), "2026/11/22/07/10/05123-04000");
  EXPECT_EQ(write_segment_path({kTime, 4000, false}), "2026/11/22/07/10/05-04000");
  EXPECT_EQ(write_segment_path({kTime, 123'456, true}), "2026/11/22/07/10/05123-123456");
}

TEST(SegmentUrl, ReadsWhatItWrites) {
  for (const SegmentTime& time :
       {SegmentTime{kTime, 4000, true}, SegmentTime{1'709'164'799'999, 1, true},
        SegmentTime{kTime, 100'000, true}, SegmentTime{kTime / 1000 * 1000, 99'999, false}}) {
    EXPECT_EQ(parse_segment_path(write_segment_path(time)), time);
  }
}

TEST(SegmentUrl, RefusesEveryOtherSpelling) {
  for (const char* path :
       {"", "2026/11/22/07/10/05123", "2026/11/22/07/10/05123-", "2026/11/22/07/10/05123-4000",
        "2026/11/22/07/10/05123-004000", "2026/11/22/07/10/5123-04000",
        "2026/11/22/07/10/60123-04000", "2026/11/22/07/60/05123-04000",
        "2026/11/22/24/10/05123-04000", "2026/02/29/07/10/05123-04000",
        "2026/13/01/07/10/05123-04000", "26/11/22/07/10/05123-04000",
        "2026/11/22/07/10/05123-04000/", "/2026/11/22/07/10/05123-04000",
        "2026/11/22/07/10/+5123-04000", "2026/11/22/07/10/05123--4000",
        "2026/11/22/07/10/05123-999999999", "2026/11/22//07/05123-04000"}) {
    EXPECT_FALSE(parse_segment_path(path)) << path;
  }
}

TEST(SegmentUrl, EveryPrefixOfAGoodOneIsRefused) {
  const std::string good = write_segment_path({kTime, 4000, true});
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(parse_segment_path(good.substr(0, size))) << size;
  }
}

TEST(SegmentUrl, TicksBecomeMilliseconds) {
  const SegmentTime time = segment_time(media::Ticks(kTime * 90 + 89), media::Ticks(357'044));
  EXPECT_EQ(time.start_ms, kTime);     // down
  EXPECT_EQ(time.duration_ms, 3967U);  // to the nearest
}

TEST(SegmentUrl, TheShortFormNamesItsSecond) {
  const SegmentTime segment{kTime, 4000, true};
  EXPECT_TRUE(is_same_segment({kTime, 4000, true}, segment));
  EXPECT_FALSE(is_same_segment({kTime + 1, 4000, true}, segment));
  EXPECT_FALSE(is_same_segment({kTime, 4001, true}, segment));
  EXPECT_TRUE(is_same_segment({kTime / 1000 * 1000, 4000, false}, segment));
  EXPECT_FALSE(is_same_segment({kTime / 1000 * 1000 + 1000, 4000, false}, segment));
}

TEST(InitName, ReadsWhatIsWritten) {
  EXPECT_EQ(write_init_name(0x0012'3456'789A'BCDE), "init-00123456789abcde.mp4");
  EXPECT_EQ(parse_init_name("init-00123456789abcde.mp4"), 0x0012'3456'789A'BCDEU);
  EXPECT_EQ(parse_init_name(write_init_name(~std::uint64_t{0})), ~std::uint64_t{0});
}

TEST(InitName, NothingElseIsOne) {
  for (const char* name : {"", "init-.mp4", "init-00123456789abcd.mp4", "init-00123456789ABCDE.mp4",
                           "init-00123456789abcdeg.mp4", "init-0012345 789abcde.mp4",
                           "init--0123456789abcde.mp4", "Init-00123456789abcde.mp4"}) {
    EXPECT_FALSE(parse_init_name(name)) << name;
  }
}

}  // namespace
}  // namespace flu::manifest
