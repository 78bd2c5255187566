#include "libcommon/av/source_clock.h"

#include <gtest/gtest.h>

namespace flu::av {
namespace {

constexpr TimeScale kTs{1, 90'000, 33};
constexpr TimeScale kFlv{1, 1000, 32};
constexpr TimeScale kMov{1, 12'800, 64};
constexpr std::int64_t kTsSpan = std::int64_t{1} << 33;

std::int64_t dts(SourceClock& clock, std::int64_t count, const TimeScale& scale) {
  return (clock.stamp(std::nullopt, count, scale).dts.value() - SourceClock::kOffset).count();
}

TEST(SourceClock, ScalesToTicks) {
  SourceClock clock;
  EXPECT_EQ(dts(clock, 12'800, kMov), 90'000);
  EXPECT_EQ(dts(clock, -512, kMov), -3600);
}

TEST(SourceClock, WrapOf33BitsGoesOn) {
  SourceClock clock;
  EXPECT_EQ(dts(clock, kTsSpan - 3600, kTs), kTsSpan - 3600);
  EXPECT_EQ(dts(clock, 0, kTs), kTsSpan);
  EXPECT_EQ(dts(clock, 3600, kTs), kTsSpan + 3600);
}

TEST(SourceClock, WrapOf32BitMillisecondsGoesOn) {
  SourceClock clock;
  const std::int64_t span = std::int64_t{1} << 32;
  EXPECT_EQ(dts(clock, span - 40, kFlv), (span - 40) * 90);
  EXPECT_EQ(dts(clock, 0, kFlv), span * 90);
}

TEST(SourceClock, StreamThatBeginsBehindTheWrapStandsBesideTheOthers) {
  SourceClock clock;
  dts(clock, kTsSpan - 3600, kTs);
  dts(clock, 0, kTs);
  // Another stream's first: its own count never wrapped.
  EXPECT_EQ(dts(clock, 90, kTs), kTsSpan + 90);
}

TEST(SourceClock, PresentationIsFoundBesideDecoding) {
  SourceClock clock;
  const auto times = clock.stamp(100, kTsSpan - 3500, kTs);
  EXPECT_EQ((*times.pts - *times.dts).count(), 3600);
}

TEST(SourceClock, StepBackBeforeTheBeginningStartsAgain) {
  SourceClock clock;
  dts(clock, 90'000, kTs);
  // Nearest would be 20 h before zero, where no flu stream has a time.
  const std::int64_t late = kTsSpan - std::int64_t{20} * 3600 * 90'000;
  EXPECT_EQ(dts(clock, late, kTs), late);
}

TEST(SourceClock, TimesOutOfAllRangeAreLeftOut) {
  SourceClock clock;
  EXPECT_FALSE(clock.stamp(std::nullopt, INT64_MAX, kMov).dts);
  EXPECT_FALSE(clock.stamp(INT64_MIN + 1, std::nullopt, kMov).pts);
  EXPECT_FALSE(clock.stamp(INT64_MAX / 2, std::nullopt, TimeScale{1, 1, 64}).pts);
}

TEST(SourceClock, ScaleOfZeroIsNoDivision) {
  SourceClock clock;
  EXPECT_EQ(dts(clock, 1000, TimeScale{0, 0, 33}), 0);
  EXPECT_EQ(dts(clock, 1000, TimeScale{1, 0, 33}), 0);
}

}  // namespace
}  // namespace flu::av
