#include "tools/dvr/day_picture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flu::dvr {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

// Minutes from 2026-10-24 on.
segment::TimeRange range(std::int64_t from, std::int64_t to) {
  constexpr std::int64_t kMinute = std::int64_t{60} * 90'000;
  constexpr std::int64_t kStart = std::int64_t{20'750} * 24 * 60;
  return {media::Timestamp((kStart + from) * kMinute), media::Timestamp((kStart + to) * kMinute)};
}

TEST(DayPicture, ACellIsAQuarterOfAnHour) {
  const auto lines = day_pictures({range(0, 60), range(75, 80), range(360, 375)});
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_THAT(lines.front(), StartsWith("2026-10-24 |████ ·▄·· ···· ···· ···· ····|█··· ···· "));
}

TEST(DayPicture, EachDayIsALineAlsoAnEmptyOne) {
  const auto lines = day_pictures({range(0, 24 * 60), range(49 * 60, 50 * 60)});
  ASSERT_THAT(lines, SizeIs(3));
  EXPECT_EQ(lines[0].find("·"), std::string::npos);
  EXPECT_EQ(lines[1].find("█"), std::string::npos);
  EXPECT_THAT(lines[2], StartsWith("2026-10-26 |···· ████ ····"));
}

TEST(DayPicture, ARangeMayGoOverMidnight) {
  const auto lines = day_pictures({range(23 * 60 + 45, 24 * 60 + 15)});
  ASSERT_THAT(lines, SizeIs(2));
  EXPECT_THAT(lines[0], testing::EndsWith("···█|"));
  EXPECT_THAT(lines[1], StartsWith("2026-10-25 |█···"));
}

TEST(DayPicture, NothingHasNone) {
  EXPECT_THAT(day_pictures({}), IsEmpty());
}

}  // namespace
}  // namespace flu::dvr
