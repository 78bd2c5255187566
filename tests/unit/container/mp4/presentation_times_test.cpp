#include "libcommon/container/mp4/presentation_times.h"

#include <gtest/gtest.h>

#include "tests/support/flu_samples.h"

namespace flu::container {
namespace {

using media::Ticks;

// Frames of 3600 ticks, each shown `cts` frames after it is decoded.
std::vector<SampleEntry> samples(const std::vector<int>& cts) {
  std::vector<SampleEntry> out;
  for (std::size_t i = 0; i < cts.size(); ++i) {
    out.push_back(test::entry(test::kBase + Ticks{3600} * static_cast<int>(i), 10, Ticks{3600},
                              i == 0 ? media::Sap::kClosed : media::Sap::kNone,
                              Ticks{3600} * cts[i]));
  }
  return out;
}

void expect_whole(const std::vector<SampleEntry>& before, const std::vector<SampleEntry>& after) {
  media::Timestamp next = after.front().dts;
  media::Timestamp earliest = media::Timestamp::max();
  for (std::size_t i = 0; i < after.size(); ++i) {
    EXPECT_EQ(after[i].dts, next) << i;
    EXPECT_EQ(after[i].dts + after[i].cts, before[i].dts + before[i].cts) << i;
    earliest = std::min(earliest, after[i].dts + after[i].cts);
    next += after[i].duration;
  }
  EXPECT_EQ(after.front().dts, earliest);
}

TEST(PresentationTimes, ASegmentBeginsWhereItsPictureDoes) {
  const auto before = samples({2, 4, 2, 0, 1, 2, 4, 2, 0, 1});  // I P B b b P P B b b
  auto after = before;
  ASSERT_TRUE(set_presentation_times(after));
  expect_whole(before, after);
  EXPECT_EQ(after.front().dts, before.front().dts + Ticks{3600} * 2);
  EXPECT_EQ(after.front().cts, Ticks{0});
  EXPECT_EQ(after.back().dts + after.back().duration, after.front().dts + Ticks{3600} * 10);
}

TEST(PresentationTimes, LeadingPicturesComeBeforeTheKeyFrame) {
  const auto before = samples({3, 0, 0, 3, 0, 0});  // I b b P b b, open
  auto after = before;
  ASSERT_TRUE(set_presentation_times(after));
  expect_whole(before, after);
  EXPECT_EQ(after.front().cts, Ticks{3600} * 2);
}

TEST(PresentationTimes, AConstantDelayIsNone) {
  const auto before = samples({2, 2, 2});
  auto after = before;
  ASSERT_TRUE(set_presentation_times(after));
  expect_whole(before, after);
  for (const auto& sample : after) EXPECT_EQ(sample.cts, Ticks{0});
}

TEST(PresentationTimes, SoundAndPictureWithoutReorderingStay) {
  const auto before = samples({0, 0, 0});
  auto after = before;
  EXPECT_FALSE(set_presentation_times(after));
  std::vector<SampleEntry> none;
  EXPECT_FALSE(set_presentation_times(none));
}

// A source that lies: the last sample is shown long after all others.
TEST(PresentationTimes, NoDurationIsNegative) {
  auto after = samples({0, 0, 90});
  ASSERT_TRUE(set_presentation_times(after));
  for (const auto& sample : after) EXPECT_GE(sample.duration, Ticks{0});
}

}  // namespace
}  // namespace flu::container
