#include "libcommon/codec/audio_clock.h"

#include <gtest/gtest.h>

namespace flu::codec {
namespace {

using media::Timestamp;

TEST(AudioClock, AddsUpNoRounding) {
  AudioClock clock;
  std::int64_t sum = 0;
  for (int i = 0; i < 441; ++i) {
    const auto times =
        clock.stamp(i == 0 ? std::optional(Timestamp{1000}) : std::nullopt, 1024, 44'100);
    ASSERT_TRUE(times);
    EXPECT_EQ(times->start.count(), 1000 + sum);
    EXPECT_TRUE(times->duration.count() == 2089 || times->duration.count() == 2090);
    sum += times->duration.count();
  }
  EXPECT_EQ(sum, 1024 * 900);
}

TEST(AudioClock, SmoothsJitterAndFollowsJumps) {
  AudioClock clock;
  EXPECT_EQ(clock.stamp(Timestamp{0}, 1024, 48'000)->start.count(), 0);
  EXPECT_EQ(clock.stamp(Timestamp{1920 + 180}, 1024, 48'000)->start.count(), 1920);
  EXPECT_EQ(clock.stamp(Timestamp{3840 - 180}, 1024, 48'000)->start.count(), 3840);
  EXPECT_EQ(clock.stamp(Timestamp{5760 + 181}, 1024, 48'000)->start.count(), 5941);
  EXPECT_EQ(clock.stamp(std::nullopt, 1024, 48'000)->start.count(), 7861);
}

TEST(AudioClock, WaitsForATimestamp) {
  AudioClock clock;
  EXPECT_FALSE(clock.stamp(std::nullopt, 1024, 48'000));
  EXPECT_FALSE(clock.stamp(Timestamp{0}, 1024, 0));
  EXPECT_TRUE(clock.stamp(Timestamp{0}, 1024, 48'000));
  clock.reset();
  EXPECT_FALSE(clock.stamp(std::nullopt, 1024, 48'000));
}

TEST(AudioClock, GoesOnWhenTheRateChanges) {
  AudioClock clock;
  clock.stamp(Timestamp{0}, 1024, 48'000);
  EXPECT_EQ(clock.stamp(std::nullopt, 1024, 24'000)->start.count(), 1920);
  EXPECT_EQ(clock.stamp(std::nullopt, 1024, 24'000)->start.count(), 1920 + 3840);
}

}  // namespace
}  // namespace flu::codec
