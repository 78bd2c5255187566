#include "libcommon/base/text.h"

#include <gtest/gtest.h>

namespace flu {
namespace {

using std::chrono::milliseconds;

TEST(Text, ParsesDurations) {
  EXPECT_EQ(parse_duration("90").value(), milliseconds(90'000));
  EXPECT_EQ(parse_duration("1.5s").value(), milliseconds(1'500));
  EXPECT_EQ(parse_duration("10m").value(), milliseconds(600'000));
  EXPECT_EQ(parse_duration("5d").value(), milliseconds(432'000'000));
  for (const auto* bad : {"", "s", "10x", "1.2.3", "-4", "99999999999999999999d"}) {
    EXPECT_FALSE(parse_duration(bad)) << bad;
  }
}

TEST(Text, SizesAreWrittenAsTheyAreRead) {
  EXPECT_EQ(size_text(0), "0");
  EXPECT_EQ(size_text(1023), "1023");
  EXPECT_EQ(size_text(1024), "1K");
  EXPECT_EQ(size_text(10ULL << 30), "10G");
  EXPECT_EQ(size_text((10ULL << 30) - 1), "10G");
  EXPECT_EQ(size_text(1'288'490'189), "1.2G");
  EXPECT_EQ(size_text(5ULL << 50), "5120T");
}

TEST(Text, ParsesSizes) {
  EXPECT_EQ(parse_size("500").value(), 500u);
  EXPECT_EQ(parse_size("2G").value(), 2ULL << 30);
  for (const auto* bad : {"", "G", "5X", "1.5G", "99999999999999999999", "999999999999999999T"}) {
    EXPECT_FALSE(parse_size(bad)) << bad;
  }
}

TEST(Text, StreamNamesKeepToTheirAlphabet) {
  EXPECT_TRUE(is_stream_name("ort"));
  EXPECT_TRUE(is_stream_name("client15/pub-1.x_y"));
  for (const auto* bad : {"", "/a", "a/", "a//b", ".a", "a/..", "a b", "a+b", "a\n"}) {
    EXPECT_FALSE(is_stream_name(bad)) << bad;
  }
  EXPECT_FALSE(is_stream_name(std::string(201, 'a')));
}

TEST(Text, StreamFoldersAreFlatAndReversible) {
  EXPECT_EQ(stream_folder("a/b/c"), "a+b+c");
  EXPECT_EQ(stream_of_folder(stream_folder("a/b/c")), "a/b/c");
}

TEST(Text, ControlBytesAreShownAsNumbers) {
  EXPECT_EQ(printable("a\x1b[0m\n"), "a\\x1b[0m\\x0a");
}

}  // namespace
}  // namespace flu
