#include "tools/serve/archive/archive_ask.h"

#include <gtest/gtest.h>

#include "tools/serve/route.h"

namespace flu::serve {
namespace {

using Kind = ArchiveAsk::Kind;
using manifest::TrackChoice;

Route route_of(std::string_view path) {
  const auto route = parse_route(path);
  EXPECT_TRUE(route && route->archive) << path;
  return route.value_or(Route{});
}

void expect_ask(std::string_view path, const ArchiveAsk& wanted, List list = List::kIndex) {
  const Route route = route_of(path);
  EXPECT_EQ(route.stream, "cam/1") << path;
  EXPECT_EQ(route.list, list) << path;
  EXPECT_EQ(route.archive, wanted) << path;
}

TEST(ArchiveAsk, Ranges) {
  const ArchiveAsk ask{Kind::kRange, 1'700'000'000, 600};
  for (const char* path :
       {"/cam/1/index-1700000000-600.m3u8", "/cam/1/archive-1700000000-600.m3u8",
        "/cam/1/index-1700000000-600.fmp4.m3u8", "/cam/1/archive/1700000000/600/index.m3u8"}) {
    expect_ask(path, ask);
  }
  expect_ask("/cam/1/mono-1700000000-600.m3u8", ask, List::kSegments);
  expect_ask("/cam/1/video-1700000000-600.m3u8", ask, List::kVideos);
  expect_ask("/cam/1/video1-1700000000-600.m3u8", ask, List::kSegments);
  EXPECT_EQ(route_of("/cam/1/video2-1700000000-600.m3u8").choice, TrackChoice::video_with_audio(2));
  expect_ask("/cam/1/tracks-1,2/index-1700000000-600.m3u8", ask, List::kSegments);
  EXPECT_EQ(route_of("/cam/1/tracks-1,2/index-1700000000-600.m3u8").segment_base, "../");
}

TEST(ArchiveAsk, FromThereToNow) {
  const ArchiveAsk ask{Kind::kFromNow, 1'700'000'000};
  for (const char* path : {"/cam/1/index-1700000000-now.m3u8", "/cam/1/archive-1700000000-now.m3u8",
                           "/cam/1/archive/1700000000/now/index.m3u8"}) {
    expect_ask(path, ask);
  }
  EXPECT_EQ(route_of("/cam/1/archive/1700000000/now/index.m3u8").segment_base, "../../../");
  EXPECT_EQ(route_of("/cam/1/index-1700000000-now.m3u8").segment_base, "");
  expect_ask("/cam/1/video-1700000000-now.m3u8", ask, List::kVideos);
  expect_ask("/cam/1/mono-1700000000-now.m3u8", ask, List::kSegments);
  expect_ask("/cam/1/tracks-v1/mono-1700000000-now.m3u8", ask, List::kSegments);
}

TEST(ArchiveAsk, Rewind) {
  const ArchiveAsk ask{Kind::kRewind, 0, 7200};
  expect_ask("/cam/1/rewind-7200.m3u8", ask);
  expect_ask("/cam/1/mono-rewind-7200.m3u8", ask, List::kSegments);
}

TEST(ArchiveAsk, TimeshiftToAMoment) {
  const ArchiveAsk ask{Kind::kAbsolute, 1'700'000'000};
  expect_ask("/cam/1/timeshift_abs-1700000000.m3u8", ask);
  expect_ask("/cam/1/mono-timeshift_abs-1700000000.m3u8", ask, List::kSegments);
  expect_ask("/cam/1/timeshift_abs_mono-1700000000.m3u8", ask, List::kSegments);
  expect_ask("/cam/1/video-timeshift_abs-1700000000.m3u8", ask, List::kVideos);
  expect_ask("/cam/1/timeshift_abs_video-1700000000.m3u8", ask, List::kVideos);
  expect_ask("/cam/1/video1-timeshift_abs-1700000000.m3u8", ask, List::kSegments);
  expect_ask("/cam/1/tracks-1/timeshift_abs-1700000000.m3u8", ask, List::kSegments);
}

TEST(ArchiveAsk, TimeshiftByADelay) {
  const ArchiveAsk ask{Kind::kRelative, 0, 3600};
  expect_ask("/cam/1/timeshift_rel-3600.m3u8", ask);
  expect_ask("/cam/1/rel-timeshift_rel-3600.m3u8", ask);
  expect_ask("/cam/1/mono-timeshift_rel-3600.m3u8", ask, List::kSegments);
  expect_ask("/cam/1/timeshift_rel_mono-3600.m3u8", ask, List::kSegments);
  expect_ask("/cam/1/video-timeshift_rel-3600.m3u8", ask, List::kVideos);
  expect_ask("/cam/1/timeshift_rel_video-3600.m3u8", ask, List::kVideos);
  expect_ask("/cam/1/video1-timeshift_rel-3600.m3u8", ask, List::kSegments);
  expect_ask("/cam/1/tracks-1/timeshift_rel-3600.m3u8", ask, List::kSegments);
}

TEST(ArchiveAsk, WhatIsNoneOfThem) {
  for (const char* path : {"/cam/index-.m3u8",
                           "/cam/index-5.m3u8",
                           "/cam/index-now-5.m3u8",
                           "/cam/index-5-6-7.m3u8",
                           "/cam/index--5-6.m3u8",
                           "/cam/index-5--6.m3u8",
                           "/cam/-5-6.m3u8",
                           "/cam/video0-5-6.m3u8",
                           "/cam/index-5-6s.m3u8",
                           "/cam/index-0x5-6.m3u8",
                           "/cam/index-99999999999999999999-5.m3u8",
                           "/cam/timeshift_abs.m3u8",
                           "/cam/timeshift_abs-now.m3u8",
                           "/cam/timeshift_rel--1.m3u8",
                           "/cam/timeshift_abs_-5.m3u8",
                           "/cam/timeshift_abs_x-5.m3u8",
                           "/cam/rewind-now.m3u8",
                           "/cam/rel-timeshift_abs-5.m3u8",
                           "/cam/index-5-6.ll.m3u8",
                           "/cam/archive/5/index.m3u8",
                           "/cam/tracks-v1/video-5-6.m3u8",
                           "/index-5-6.m3u8",
                           "/cam/index-5-6.vtt.m3u8"}) {
    const auto route = parse_route(path);
    EXPECT_FALSE(route && route->archive) << path;
  }
}

TEST(ArchiveAsk, NumbersBeyondAllTimesAreTheLastTime) {
  for (const char* path : {"/cam/index-18446744073709551615-18446744073709551615.m3u8",
                           "/cam/index-1345345345354-1345345345354.m3u8"}) {
    const Route route = route_of(path);
    EXPECT_EQ(route.archive->from, route.archive->seconds);
    EXPECT_LE(ticks_of(route.archive->from), media::kMaxUtc);
  }
  EXPECT_EQ(ticks_of(1'700'000'000), media::Ticks(153'000'000'000'000));
  EXPECT_LE(ticks_of(~std::uint64_t{0}), media::kMaxUtc);
}

TEST(ArchiveAsk, ANameLeadsToTheSamePart) {
  for (const Kind kind :
       {Kind::kRange, Kind::kFromNow, Kind::kRewind, Kind::kAbsolute, Kind::kRelative}) {
    ArchiveAsk ask{kind};
    if (kind == Kind::kRange || kind == Kind::kFromNow || kind == Kind::kAbsolute) ask.from = 17;
    if (kind != Kind::kFromNow && kind != Kind::kAbsolute) ask.seconds = 60;
    const std::string written = write_archive_name("video2", ask);
    std::string_view name = written;
    EXPECT_EQ(take_archive_ask(name), ask) << written;
    EXPECT_EQ(name, "video2");
  }
}

TEST(ArchiveAsk, GapsAreSkippedOnRequest) {
  Route route = route_of("/cam/timeshift_abs-1700000000.m3u8");
  EXPECT_TRUE(take_query("ignore_gaps=true&token=x", route));
  EXPECT_TRUE(route.archive->skips_gaps);
  EXPECT_EQ(route.query, "ignore_gaps=true&token=x");
  Route plain = route_of("/cam/timeshift_abs-1700000000.m3u8");
  EXPECT_TRUE(take_query("ignore_gaps=false", plain));
  EXPECT_FALSE(plain.archive->skips_gaps);
}

}  // namespace
}  // namespace flu::serve
