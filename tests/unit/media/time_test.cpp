#include "libcommon/media/time.h"

#include <gtest/gtest.h>

namespace flu::media {
namespace {

using std::chrono::microseconds;

TEST(Time, UtcIsRoundedDownToTicks) {
  EXPECT_EQ(to_timestamp(WallTime(microseconds(1'000'000))).count(), 90'000);
  EXPECT_EQ(to_timestamp(WallTime(microseconds(11))).count(), 0);
  EXPECT_EQ(to_timestamp(WallTime(microseconds(12))).count(), 1);
  EXPECT_EQ(to_wall(Timestamp(90'000)).time_since_epoch().count(), 1'000'000);
}

TEST(Time, TellsUtcFromARelativeTimeline) {
  EXPECT_TRUE(is_utc(Timestamp(158'741'550'000'000)));
  EXPECT_FALSE(is_utc(Timestamp(8'589'934'592)));
  EXPECT_FALSE(is_utc(Timestamp(std::int64_t{1} << 53)));
}

}  // namespace
}  // namespace flu::media
