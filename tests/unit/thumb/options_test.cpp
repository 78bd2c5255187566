#include "tools/thumb/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flu::thumb {
namespace {

using testing::ElementsAre;

TEST(ThumbOptions, AreTakenFromTheCommandLine) {
  Options options;
  CLI::App cli;
  define_options(cli, options);
  cli.parse("--once --size 320x180 --url http://cam/s.jpg ort a/b");
  EXPECT_TRUE(options.is_once);
  EXPECT_EQ(options.size, "320x180");
  EXPECT_EQ(options.url, "http://cam/s.jpg");
  EXPECT_THAT(options.names, ElementsAre("ort", "a/b"));
}

TEST(ThumbOptions, ASizeIsTwoNumbers) {
  const auto box = parse_box("640x360");
  ASSERT_TRUE(box);
  EXPECT_EQ(box->width, 640U);
  EXPECT_EQ(box->height, 360U);
  ASSERT_TRUE(parse_box(""));
  EXPECT_EQ(parse_box("")->width, 1920U);
  for (const char* text :
       {"640", "x", "640x", "x360", "15x360", "640x8193", "-1x5", "640x360x2", "640 x 360"}) {
    EXPECT_FALSE(parse_box(text)) << text;
  }
}

}  // namespace
}  // namespace flu::thumb
