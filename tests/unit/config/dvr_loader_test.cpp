#include "libcommon/config/dvr_loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flu::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct Loaded {
  DvrConfig dvr;
  std::vector<std::string> said;
};

Loaded load(const std::string& arguments) {
  const LoadedConfig loaded = load_config("stream a {\n" + arguments + ";\n}");
  Loaded out;
  if (!loaded.server.streams.empty()) out.dvr = loaded.server.streams.front().dvr;
  for (const Diagnostic& each : loaded.diagnostics.all()) out.said.push_back(each.message);
  return out;
}

TEST(DvrLoader, TakesAllOfItInAnyOrder) {
  for (const char* text : {"dvr /storage 6h 90% 10G schedule=8:00-16:00,22-1:30 no_index",
                           "dvr schedule=8:00-16:00,22-1:30 no_index 10G 90% /storage/ 6h"}) {
    const Loaded loaded = load(text);
    EXPECT_THAT(loaded.said, IsEmpty());
    EXPECT_EQ(loaded.dvr.root, "/storage");
    EXPECT_EQ(loaded.dvr.depth, std::chrono::hours(6));
    EXPECT_EQ(loaded.dvr.max_usage, 90U);
    EXPECT_EQ(loaded.dvr.max_bytes, std::uint64_t{10} << 30);
    EXPECT_THAT(loaded.dvr.schedule, ElementsAre(DailyInterval{480, 960}, DailyInterval{1320, 90}));
    EXPECT_FALSE(loaded.dvr.has_index);
    EXPECT_FALSE(loaded.dvr.is_offline);
  }
}

TEST(DvrLoader, ARootAloneIsEnough) {
  const Loaded loaded = load("dvr /storage");
  EXPECT_THAT(loaded.said, IsEmpty());
  EXPECT_EQ(loaded.dvr.max_usage, 95U);
  EXPECT_FALSE(loaded.dvr.depth);
  EXPECT_TRUE(loaded.dvr.has_index);
}

TEST(DvrLoader, OfflineIsRecordedWhenAskedFor) {
  EXPECT_TRUE(load("dvr_offline /storage 20d").dvr.is_offline);
}

TEST(DvrLoader, WhatIsUnwiseIsAWarning) {
  Loaded loaded = load("dvr /storage 10080");
  EXPECT_EQ(loaded.dvr.depth, std::chrono::hours(24 * 7));
  EXPECT_THAT(loaded.said, ElementsAre(HasSubstr("'10080' has no unit and is taken for minutes")));
  EXPECT_THAT(load("dvr /storage 1h").said, ElementsAre(HasSubstr("less than 2 hours")));
  EXPECT_THAT(load("dvr /storage 100%").said, ElementsAre(HasSubstr("a full disk")));
}

TEST(DvrLoader, WhatIsToComeIsSaid) {
  Loaded loaded = load("dvr /storage replicate copy=/opt/m");
  EXPECT_EQ(loaded.dvr.root, "/storage");
  EXPECT_THAT(loaded.said, SizeIs(2));
  loaded = load("dvr s3://ID:SECRET@s3.amazonaws.com/b 10G");
  EXPECT_EQ(loaded.dvr, DvrConfig());
  EXPECT_THAT(loaded.said, ElementsAre(HasSubstr("s3:// is not supported yet")));
  EXPECT_THAT(loaded.said.front(), testing::Not(HasSubstr("SECRET")));
}

TEST(DvrLoader, MistakesSayWhatWasExpected) {
  EXPECT_THAT(load("dvr 2d").said,
              ElementsAre("dvr in stream 'a': expected the folder that is recorded to"));
  EXPECT_THAT(load("dvr / 2d").said, Not(IsEmpty()));
  EXPECT_THAT(load("dvr /storage 2x").said, ElementsAre(HasSubstr("expected a limit such as 2d")));
  EXPECT_THAT(load("dvr /storage 0%").said, ElementsAre(HasSubstr("found '0%'")));
  EXPECT_THAT(load("dvr /storage 101%").said, Not(IsEmpty()));
  EXPECT_THAT(load("dvr /storage /other").said, ElementsAre(HasSubstr("found '/other'")));
  EXPECT_THAT(load("dvr http://h/x").said, ElementsAre(HasSubstr("expected a folder")));
  EXPECT_THAT(load("dvr /storage shedule=1-2").said,
              ElementsAre(HasSubstr("did you mean 'schedule'?")));
  for (const char* bad : {"8", "8-", "-9", "8-8", "25-3", "8:60-9", "8-9,", "24-3", "a-b", ""}) {
    EXPECT_THAT(load(std::string("dvr /storage schedule=") + bad).said, SizeIs(1)) << bad;
  }
}

}  // namespace
}  // namespace flu::config
