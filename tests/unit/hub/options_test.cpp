#include "tools/segment/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flu::hub {
namespace {

using testing::HasSubstr;

Result<store::WindowSettings> parse(std::vector<std::string> arguments) {
  Options options;
  CLI::App app;
  define_options(app, options);
  std::reverse(arguments.begin(), arguments.end());
  app.parse(arguments);
  return window_settings(options);
}

TEST(Options, HaveTheDocumentedDefaults) {
  const auto settings = parse({"demo"});
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->target, media::Ticks(4 * 90'000));
  EXPECT_EQ(settings->playlist_segments, 5U);
  EXPECT_EQ(settings->kept_segments, 5U);
}

TEST(Options, EitherLengthAloneSetsBoth) {
  const auto one = parse({"--segments", "8", "demo"});
  ASSERT_TRUE(one);
  EXPECT_EQ(one->playlist_segments, 8U);
  EXPECT_EQ(one->kept_segments, 8U);
  const auto other = parse({"--segment-count", "9", "demo"});
  ASSERT_TRUE(other);
  EXPECT_EQ(other->playlist_segments, 9U);
  EXPECT_EQ(other->kept_segments, 9U);
}

TEST(Options, KeepsNeverFewerThanThePlaylistShows) {
  const auto settings = parse({"--segments", "8", "--segment-count", "3", "demo"});
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->playlist_segments, 8U);
  EXPECT_EQ(settings->kept_segments, 8U);
}

TEST(Options, TakesTimesWithUnits) {
  EXPECT_EQ(parse({"--segment-duration", "1500ms", "demo"})->target, media::Ticks(135'000));
  EXPECT_EQ(parse({"--segment-duration", "2.5", "demo"})->target, media::Ticks(225'000));
}

TEST(Options, RefusesTargetsOutOfRange) {
  for (const char* bad : {"0.4", "21", "soon", ""}) {
    const auto settings = parse({"--segment-duration", bad, "demo"});
    ASSERT_FALSE(settings) << bad;
    EXPECT_THAT(settings.error().message, HasSubstr("0.5 to 20 seconds"));
  }
}

TEST(Options, RefusesNumbersOutOfRangeAndAMissingName) {
  EXPECT_THROW((void)parse({"--segments", "0", "demo"}), CLI::ValidationError);
  EXPECT_THROW((void)parse({"--segments", "99999", "demo"}), CLI::ValidationError);
  EXPECT_THROW((void)parse({}), CLI::RequiredError);
}

}  // namespace
}  // namespace flu::hub
