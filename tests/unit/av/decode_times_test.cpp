#include "libcommon/av/decode_times.h"

#include <vector>

#include <gtest/gtest.h>

namespace flu::av {
namespace {

using media::Ticks;
using media::Timestamp;

constexpr std::int64_t kFrame = 3600;

media::Sample at(std::int64_t pts, std::int64_t dts) {
  media::Sample sample;
  sample.dts = Timestamp{dts};
  sample.cts = Ticks{pts - dts};
  return sample;
}

std::vector<media::Sample> run(DecodeTimes& times, const std::vector<std::int64_t>& frames) {
  for (const std::int64_t pts : frames) times.push(at(pts * kFrame, pts * kFrame), false);
  times.finish();
  std::vector<media::Sample> out;
  while (auto sample = times.next()) out.push_back(std::move(*sample));
  return out;
}

void expect_sound(const std::vector<media::Sample>& samples) {
  for (std::size_t i = 0; i < samples.size(); ++i) {
    EXPECT_GE(samples[i].cts, Ticks{0}) << i;
    if (i == 0) continue;
    EXPECT_GT(samples[i].dts, samples[i - 1].dts) << i;
  }
}

TEST(DecodeTimes, PicturesInOrderKeepTheirTimes) {
  DecodeTimes times(1);
  const auto out = run(times, {10, 11, 12});
  ASSERT_EQ(out.size(), 3U);
  for (const auto& sample : out) EXPECT_EQ(sample.cts, Ticks{0});
}

TEST(DecodeTimes, OrderIsLearntFromTheFirstPictures) {
  DecodeTimes times(8);
  // I P B B P B B: one picture is decoded ahead.
  const auto out = run(times, {10, 13, 11, 12, 16, 14, 15, 19, 17, 18});
  ASSERT_EQ(out.size(), 10U);
  expect_sound(out);
  for (std::size_t i = 1; i < out.size(); ++i) {
    EXPECT_EQ(out[i].dts.count(), static_cast<std::int64_t>(9 + i) * kFrame);
  }
  EXPECT_LT(out[0].dts.count(), 10 * kFrame);
  EXPECT_EQ(out[1].pts().count(), 13 * kFrame);
}

TEST(DecodeTimes, PyramidNeedsTwoAhead) {
  DecodeTimes times(8);
  const auto out = run(times, {10, 14, 12, 11, 13, 18, 16, 15, 17});
  expect_sound(out);
  const std::vector<std::int64_t> wanted{10, 14, 12, 11, 13, 18, 16, 15, 17};
  for (std::size_t i = 0; i < out.size(); ++i) EXPECT_EQ(out[i].pts().count(), wanted[i] * kFrame);
  EXPECT_EQ(out[2].dts.count(), 10 * kFrame);
}

TEST(DecodeTimes, LiveSourceIsNotHeldUpAndRecovers) {
  DecodeTimes times(1);
  std::vector<std::int64_t> frames{0};
  for (std::int64_t i = 1; i < 60; i += 3) frames.insert(frames.end(), {i + 2, i, i + 1});
  std::vector<media::Sample> out;
  for (const std::int64_t pts : frames) {
    times.push(at(pts * kFrame, pts * kFrame), false);
    auto sample = times.next();
    ASSERT_TRUE(sample);
    out.push_back(std::move(*sample));
  }
  expect_sound(out);
  for (std::size_t i = 8; i < out.size(); ++i) {
    EXPECT_EQ(out[i].pts().count(), frames[i] * kFrame);
    EXPECT_EQ(out[i].dts - out[i - 1].dts, Ticks{kFrame});
  }
}

TEST(DecodeTimes, NegativeOffsetsMoveDecodingNotPresentation) {
  DecodeTimes times(1);
  times.push(at(0, 3600), true);
  times.push(at(10'800, 7200), true);
  times.push(at(3600, 10'800), true);
  times.push(at(7200, 14'400), true);
  std::vector<media::Sample> out;
  while (auto sample = times.next()) out.push_back(std::move(*sample));
  expect_sound(out);
  EXPECT_EQ(out[0].pts().count(), 0);
  EXPECT_EQ(out[1].pts().count(), 10'800);
}

TEST(DecodeTimes, EqualTimesAreKeptApart) {
  DecodeTimes times(1);
  times.push(at(900, 900), true);
  times.push(at(900, 900), true);
  EXPECT_EQ(times.next()->dts.count(), 900);
  EXPECT_EQ(times.next()->dts.count(), 901);
}

TEST(DecodeTimes, JumpBackBeginsAnew) {
  DecodeTimes times(1);
  const auto out = run(times, {10'000, 10'001, 0, 1, 2});
  ASSERT_EQ(out.size(), 5U);
  EXPECT_EQ(out[2].dts.count(), 0);
  EXPECT_EQ(out[4].dts.count(), 2 * kFrame);
}

}  // namespace
}  // namespace flu::av
