#include "libcommon/wire/http/date.h"

#include <gtest/gtest.h>

namespace flu::wire {
namespace {

TEST(HttpDate, TheExampleOfTheStandard) {
  const WallTime time{std::chrono::seconds(784'111'777)};
  EXPECT_EQ(write_http_date(time), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(write_log_date(time), "06/Nov/1994:08:49:37 +0000");
}

TEST(HttpDate, FractionsAreDropped) {
  const WallTime time{std::chrono::microseconds(1'709'164'799'999'999)};
  EXPECT_EQ(write_http_date(time), "Wed, 28 Feb 2024 23:59:59 GMT");
}

}  // namespace
}  // namespace flu::wire
