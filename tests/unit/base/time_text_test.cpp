#include "libcommon/base/time_text.h"

#include <gtest/gtest.h>

namespace flu {
namespace {

using std::chrono::seconds;

const WallTime kNow{seconds(1'795'492'091)};  // 2026-11-24 03:48:11

std::int64_t parsed(std::string_view text) {
  const auto time = parse_time(text, kNow);
  EXPECT_TRUE(time) << text;
  if (!time) return -1;
  return std::chrono::duration_cast<seconds>(time->time_since_epoch()).count();
}

TEST(TimeText, TakesWhatUsersWrite) {
  EXPECT_EQ(parsed("1795492091"), 1'795'492'091);
  EXPECT_EQ(parse_time("1795492091.5", kNow), kNow + std::chrono::milliseconds(500));
  EXPECT_EQ(parsed("now"), 1'795'492'091);
  EXPECT_EQ(parsed("now-1h"), 1'795'492'091 - 3600);
  EXPECT_EQ(parsed("2026-11-24"), 1'795'478'400);
  EXPECT_EQ(parsed("2026-11-24T03:48"), 1'795'492'080);
  EXPECT_EQ(parsed("2026-11-24 03:48:11"), 1'795'492'091);
  EXPECT_EQ(parsed("2026-11-24T03:48:11Z"), 1'795'492'091);
  EXPECT_EQ(parsed("2026-11-24T04:48:11+01:00"), 1'795'492'091);
  EXPECT_EQ(parsed("2026-11-23T23:18:11-04:30"), 1'795'492'091);
  EXPECT_EQ(parsed("2024-02-29"), 1'709'164'800);
}

TEST(TimeText, RefusesTheRest) {
  for (const char* text : {"", "yesterday", "now-", "now-x", "1.2.3", ".", "now-100000000d", "-5",
                           "99999999999999999999", "2026-11-24T", "2026-11-24T8:00", "2026-13-01",
                           "2026-02-29", "1969-12-31", "2026-11-24T24:00", "2026-11-24T03:60",
                           "2026-11-24T03:48:11ZZ", "2026-11-24T03:48:11+1", "2026-11-24x03:48"}) {
    EXPECT_FALSE(parse_time(text, kNow)) << text;
  }
}

TEST(TimeText, WhatIsPrintedIsParsed) {
  EXPECT_EQ(time_text(kNow), "2026-11-24T03:48:11Z");
  EXPECT_EQ(parsed(time_text(kNow)), 1'795'492'091);
  EXPECT_EQ(time_text(WallTime(std::chrono::milliseconds(1'999))), "1970-01-01T00:00:01Z");
}

}  // namespace
}  // namespace flu
