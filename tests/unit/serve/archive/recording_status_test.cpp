#include "tools/serve/archive/recording_status.h"

#include <gtest/gtest.h>

#include "tools/serve/archive/archive_ask.h"

namespace flu::serve {
namespace {

using segment::HourSummary;
using segment::TimeRange;

constexpr std::uint64_t kNow = 1'700'000'000;
constexpr std::uint64_t kDay = 86'400;

TimeRange range(std::uint64_t from, std::uint64_t to) {
  return {ticks_of(from), ticks_of(to)};
}

StatusAsk ask(std::string_view query) {
  const auto parsed = parse_status_ask(query, ticks_of(kNow));
  EXPECT_TRUE(parsed) << query;
  return parsed.value_or(StatusAsk{});
}

HourSummary hour(std::uint64_t from, std::uint64_t to) {
  HourSummary out;
  out.first = ticks_of(from);
  out.last = ticks_of(to);
  out.hour = segment::hour_of(out.first);
  out.segments = 1;
  return out;
}

TEST(RecordingStatus, WithoutFromTheWholeArchive) {
  EXPECT_FALSE(ask("").range);
  EXPECT_FALSE(ask("request=ranges").range);
  EXPECT_EQ(write_extent("a/b", range(100, 200)), "{\"a/b\":{\"from\":100,\"to\":200}}\n");
  EXPECT_EQ(write_extent("a/b", std::nullopt), "{\"a/b\":{}}\n");
}

TEST(RecordingStatus, TheEndIsNowUnlessItIsSaid) {
  EXPECT_EQ(ask("from=1699999000").range, range(1'699'999'000, kNow));
  EXPECT_EQ(ask("from=1699999000&to=now").range, range(1'699'999'000, kNow));
  EXPECT_EQ(ask("from=1699999000&to=1699999500").range, range(1'699'999'000, 1'699'999'500));
  EXPECT_EQ(ask("from=1699999000&to=18446744073709551615").range, range(1'699'999'000, kNow));
}

TEST(RecordingStatus, WhatCannotBeReadIsRefused) {
  for (const char* query : {"from=x", "from=", "from=-1", "from=1&to=x", "request=all",
                            "request=ranges,x", "from=99999999999999999999"}) {
    EXPECT_FALSE(parse_status_ask(query, ticks_of(kNow))) << query;
  }
}

TEST(RecordingStatus, AnObjectForEachPiece) {
  const StatusAsk asked = ask("from=1699999000");
  EXPECT_EQ(write_status("cam", asked, {{range(10, 20), range(30, 35)}, {}, {}}),
            "[{\"ranges\":[{\"duration\":10,\"from\":10},{\"duration\":5,\"from\":30}],"
            "\"stream\":\"cam\"}]\n");
  EXPECT_EQ(write_status("cam", asked, {}), "[{\"ranges\":[],\"stream\":\"cam\"}]\n");
}

TEST(RecordingStatus, HoursAreLetters) {
  const std::uint64_t first = 1'699'999'200;  // an hour begins
  const StatusAsk asked = ask("from=1699992000&to=1699999300&request=hour_bitmap");
  EXPECT_EQ(write_status("cam", asked, {{}, {hour(first - 3600, first - 1)}, {}}),
            "[{\"hour_bitmap\":\"010\",\"stream\":\"cam\"}]\n");
  // Not beside ranges, which say more.
  EXPECT_EQ(write_status("cam", ask("from=1699992000&request=ranges,hour_bitmap"), {}),
            "[{\"ranges\":[],\"stream\":\"cam\"}]\n");
  EXPECT_EQ(write_status("cam", ask("from=0&request=hour_bitmap,force_detailed"), {}),
            "[{\"hour_bitmap\":\"\",\"stream\":\"cam\"}]\n");
}

TEST(RecordingStatus, ALongTimeIsToldByHours) {
  const std::string far = std::to_string(kNow - 5 * kDay);
  const StatusAsk asked = ask("from=" + far);
  EXPECT_TRUE(asked.is_brief());
  EXPECT_FALSE(ask("from=" + far + "&request=force_detailed").is_brief());
  EXPECT_FALSE(ask("from=" + std::to_string(kNow - 4 * kDay)).is_brief());
  EXPECT_NE(write_status("cam", asked, {}).find("\"warning\":\"too_big_range\""),
            std::string::npos);
  const auto brief =
      brief_ranges({hour(100, 3600), hour(3600, 7200), hour(8000, 9000)}, range(200, 8500));
  EXPECT_EQ(brief, (std::vector<TimeRange>{range(200, 7200), range(8000, 8500)}));
}

TEST(RecordingStatus, WhatNobodyAskedForIsNotThere) {
  const StatusAsk asked = ask("from=1699999000&request=locks,brief_thumbnails,motion_log");
  EXPECT_EQ(write_status("cam", asked, {{range(1, 2)}, {}, {range(10, 20)}}),
            "[{\"brief_thumbnails\":[],\"locks\":[{\"duration\":10,\"from\":10}],\"motion_log\":[],"
            "\"stream\":\"cam\"}]\n");
}

}  // namespace
}  // namespace flu::serve
