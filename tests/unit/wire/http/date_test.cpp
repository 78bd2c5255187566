#include "libcommon/wire/http/date.h"

#include <gtest/gtest.h>

namespace flu::wire {
namespace {

TEST(HttpDate, TheExampleOfTheStandard) {
  const WallTime time{std::chrono::seconds(784'111'777)};
  EXPECT_EQ(write_http_date(time), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(write_log_date(time), "06/Nov/1994:08:49:37 +0000");
}

TEST(HttpDate, AllThreeFormsAreRead) {
  const WallTime time{std::chrono::seconds(784'111'777)};
  EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), time);
  EXPECT_EQ(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT"), time);
  EXPECT_EQ(parse_http_date("Sun Nov  6 08:49:37 1994"), time);
  EXPECT_EQ(parse_http_date("Wed Nov 16 08:49:37 1994"), time + std::chrono::days(10));
  EXPECT_EQ(parse_http_date("Wednesday, 01-Jan-20 00:00:00 GMT"),
            WallTime(std::chrono::seconds(1'577'836'800)));
  for (const std::int64_t second : {0LL, 951'782'400LL, 4'102'444'799LL, 253'402'300'799LL}) {
    const WallTime at{std::chrono::seconds(second)};
    EXPECT_EQ(parse_http_date(write_http_date(at)), at);
  }
}

TEST(HttpDate, WhatIsNoDateIsNone) {
  const std::string good = "Sun, 06 Nov 1994 08:49:37 GMT";
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_EQ(parse_http_date(good.substr(0, size)), std::nullopt) << size;
  }
  for (const char* bad :
       {"Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 06 nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMT ", "Sun, -6 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT", "784111777", ",  "}) {
    EXPECT_EQ(parse_http_date(bad), std::nullopt) << bad;
  }
}

TEST(HttpDate, FractionsAreDropped) {
  const WallTime time{std::chrono::microseconds(1'709'164'799'999'999)};
  EXPECT_EQ(write_http_date(time), "Wed, 28 Feb 2024 23:59:59 GMT");
}

}  // namespace
}  // namespace flu::wire
