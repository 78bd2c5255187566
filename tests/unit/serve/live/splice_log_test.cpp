#include "tools/serve/live/splice_log.h"

#include <chrono>
#include <cstdint>

#include <gtest/gtest.h>

#include "libcommon/container/mpegts/scte35.h"
#include "tests/unit/container/mpegts/ts_builder.h"
#include "tools/serve/limits.h"

namespace flu::serve {
namespace {

using std::chrono::seconds;

constexpr media::Timestamp kStart{158'741'550'000'000};  // 2025-11-22T07:03:20Z

// The start of a placement opportunity of 307 s.
media::Event splice(std::uint32_t id, media::Timestamp time) {
  return {std::string(media::kScte35Scheme), "", time, media::Ticks(0), id,
          container::test::kTimeSignal};
}

TEST(SpliceLog, ABreakWithItsTimeAndLength) {
  SpliceLog log;
  log.add(splice(7, kStart));
  const auto ranges = log.since(kStart);
  ASSERT_EQ(ranges.size(), 1U);
  EXPECT_EQ(ranges[0].id, "splice-7-1763795000000");
  EXPECT_EQ(ranges[0].start, kStart);
  EXPECT_EQ(ranges[0].attribute, "SCTE35-OUT");
  EXPECT_EQ(ranges[0].planned_duration, media::Ticks(0x0001A599B0));
  // Its time is that of the segments' pictures.
  const auto info = container::mpegts::parse_splice_info(ranges[0].section);
  ASSERT_TRUE(info);
  EXPECT_EQ(info->pts, static_cast<std::uint64_t>(kStart.count()) & 0x1FFFFFFFF);
}

TEST(SpliceLog, RepetitionsChangeNothing) {
  SpliceLog log;
  log.add(splice(7, kStart));
  const auto before = log.since(kStart);
  log.add(splice(7, kStart + media::Ticks(3)));
  log.add(splice(7, kStart - seconds(2)));
  ASSERT_EQ(log.since(kStart).size(), 1U);
  EXPECT_EQ(log.since(kStart)[0].id, before[0].id);
  EXPECT_EQ(log.since(kStart)[0].section, before[0].section);
  // The number used again for another break.
  log.add(splice(7, kStart + seconds(60)));
  EXPECT_EQ(log.since(kStart).size(), 2U);
}

TEST(SpliceLog, StaysWhileItReachesIntoThePlaylist) {
  SpliceLog log;
  log.add(splice(7, kStart));
  EXPECT_EQ(log.since(kStart + seconds(300)).size(), 1U);
  EXPECT_EQ(log.since(kStart + seconds(310)).size(), 0U);
  log.forget_before(kStart + seconds(300));
  EXPECT_EQ(log.since(kStart).size(), 1U);
  log.forget_before(kStart + seconds(310));
  EXPECT_EQ(log.since(kStart).size(), 0U);
}

TEST(SpliceLog, WhatSaysNothingOrIsBrokenIsLeftOut) {
  SpliceLog log;
  auto event = splice(7, kStart);
  event.data = container::mpegts::make_splice_null();
  log.add(event);
  event.data = {0xFC, 0x30};
  log.add(event);
  EXPECT_TRUE(log.since(kStart).empty());
}

TEST(SpliceLog, IsBounded) {
  SpliceLog log;
  for (std::uint32_t i = 0; i < kMaxSplices + 10; ++i) log.add(splice(i, kStart + seconds(i)));
  const auto ranges = log.since(kStart);
  ASSERT_EQ(ranges.size(), kMaxSplices);
  EXPECT_EQ(ranges.front().start, kStart + seconds(10));
}

}  // namespace
}  // namespace flu::serve
