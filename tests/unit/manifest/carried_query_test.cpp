#include "libcommon/manifest/carried_query.h"

#include <string>

#include <gtest/gtest.h>

namespace flu::manifest {
namespace {

TEST(CarriedQuery, LeavesOutWhatIsForThePlaylistItself) {
  EXPECT_EQ(carried_query("token=a%2Fb&filter.tracks=v1a1&x=1"), "token=a%2Fb&x=1");
  EXPECT_EQ(carried_query("_HLS_msn=5&_HLS_part=0&token=t"), "token=t");
  EXPECT_EQ(carried_query("filter.tracks=v1"), "");
  EXPECT_EQ(carried_query(""), "");
  EXPECT_EQ(carried_query("&&a&"), "a");
}

// A playlist is lines, and its attributes are in quotes.
TEST(CarriedQuery, CannotBreakOutOfAnAddress) {
  EXPECT_EQ(carried_query("t=\"\r\nhttp://evil/\x80{}"), "t=%22%0D%0Ahttp://evil/%80%7B%7D");
}

TEST(CarriedQuery, EachAddressGetsIt) {
  const std::string playlist =
      "#EXTM3U\n#EXT-X-MAP:URI=\"i.mp4\"\n#EXT-X-PART:DURATION=1,URI=\"p.m4s?a=1\",X=1\n"
      "#EXTINF:4.0,\n2026/01.ts\n\nlast.ts";
  EXPECT_EQ(add_query(playlist, "token=t"),
            "#EXTM3U\n#EXT-X-MAP:URI=\"i.mp4?token=t\"\n"
            "#EXT-X-PART:DURATION=1,URI=\"p.m4s?a=1&token=t\",X=1\n"
            "#EXTINF:4.0,\n2026/01.ts?token=t\n\nlast.ts?token=t");
  EXPECT_EQ(add_query(playlist, ""), playlist);
  EXPECT_EQ(add_query("#X:URI=\"open\n", "t"), "#X:URI=\"open\n");
}

}  // namespace
}  // namespace flu::manifest
