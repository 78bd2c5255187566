#include "tools/dvr/record/schedule.h"

#include <gtest/gtest.h>

namespace flu::dvr {
namespace {

media::Timestamp at(unsigned hour, unsigned minute) {
  constexpr std::int64_t kDay = 20'750;  // days since 1970
  return media::Timestamp(((kDay * 24 + hour) * 60 + minute) * 60 * 90'000);
}

TEST(Schedule, WithoutOneItIsAlways) {
  EXPECT_TRUE(is_scheduled({}, at(3, 0)));
}

TEST(Schedule, TheLastMinuteIsTheOneBeforeTheEnd) {
  const std::vector<DailyInterval> schedule{{480, 960}};
  EXPECT_FALSE(is_scheduled(schedule, at(7, 59)));
  EXPECT_TRUE(is_scheduled(schedule, at(8, 0)));
  EXPECT_TRUE(is_scheduled(schedule, at(15, 59)));
  EXPECT_FALSE(is_scheduled(schedule, at(16, 0)));
}

TEST(Schedule, AnIntervalMayGoOverMidnight) {
  const std::vector<DailyInterval> schedule{{480, 960}, {22 * 60, 90}};
  EXPECT_TRUE(is_scheduled(schedule, at(22, 0)));
  EXPECT_TRUE(is_scheduled(schedule, at(0, 0)));
  EXPECT_TRUE(is_scheduled(schedule, at(1, 29)));
  EXPECT_FALSE(is_scheduled(schedule, at(1, 30)));
  EXPECT_TRUE(is_scheduled(schedule, at(9, 0)));
  EXPECT_FALSE(is_scheduled(schedule, at(21, 59)));
}

}  // namespace
}  // namespace flu::dvr
