#include "tools/ingest/pacer.h"

#include <gtest/gtest.h>

namespace flu::ingest {
namespace {

using namespace std::chrono_literals;

media::Sample sample(std::int64_t dts) {
  media::Sample out;
  out.track_id = 1;
  out.dts = media::Timestamp{dts};
  out.duration = media::Ticks{3600};
  out.data = {1, 2, 3};
  return out;
}

constexpr MonotonicTime kStart{100s};

TEST(Pacer, FramesAreDueAtTheirTime) {
  Pacer pacer;
  Units units{media::TracksChanged{}, sample(9000), sample(12'600), sample(16'200)};
  pacer.add(units, kStart);
  EXPECT_TRUE(units.empty());
  EXPECT_EQ(pacer.held_bytes(), 9U);
  EXPECT_EQ(pacer.ahead(kStart), 80ms);
  const auto due = pacer.take(kStart);
  ASSERT_TRUE(due);
  EXPECT_EQ(due->units.size(), 2U);
  EXPECT_FALSE(pacer.take(kStart + 39ms));
  EXPECT_EQ(*pacer.next(), kStart + 40ms);
  EXPECT_EQ(pacer.take(kStart + 90ms)->units.size(), 2U);
  EXPECT_TRUE(pacer.empty());
  EXPECT_EQ(pacer.held_bytes(), 0U);
}

TEST(Pacer, RestartFollowsWithoutAGap) {
  Pacer pacer;
  Units first{sample(0), sample(3600)};
  pacer.add(first, kStart);
  pacer.restart();
  Units second{sample(0), sample(3600)};
  pacer.add(second, kStart + 10ms);
  const auto before = pacer.take(kStart + 200ms);
  ASSERT_TRUE(before);
  EXPECT_FALSE(before->is_restart);
  EXPECT_EQ(before->units.size(), 2U);
  EXPECT_EQ(*pacer.next(), kStart + 80ms);
  const auto after = pacer.take(kStart + 200ms);
  ASSERT_TRUE(after);
  EXPECT_TRUE(after->is_restart);
  EXPECT_EQ(after->units.size(), 2U);
}

}  // namespace
}  // namespace flu::ingest
