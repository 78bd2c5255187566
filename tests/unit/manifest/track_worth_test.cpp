#include "libcommon/manifest/track_worth.h"

#include <array>

#include <gtest/gtest.h>

#include "tests/support/flu_samples.h"

namespace flu::manifest {
namespace {

using media::Ticks;

constexpr Ticks kSecond{90'000};
constexpr std::array<std::uint32_t, 1> kVideo{1};
constexpr std::array<std::uint32_t, 2> kBoth{1, 2};

// `bytes` of picture, a tenth of it sound; as MPEG-TS a tenth more, and 1000 bytes of tables.
SegmentSizes segment(Ticks duration, std::uint64_t bytes, std::uint32_t frames = 100) {
  return {duration, 1000, {{1, frames, bytes, bytes * 11 / 10}, {2, 47, bytes / 10, bytes / 9}}};
}

TEST(TrackWorth, PeakIsTheHeaviestSegmentAndAverageThatOfAll) {
  const std::vector<SegmentSizes> segments{
      segment(kSecond * 4, 400'000), segment(kSecond * 4, 800'000), segment(kSecond * 4, 600'000)};
  const BitRates rates = bit_rates(segments, kVideo, Carrier::kFmp4, kSecond * 4);
  EXPECT_EQ(rates.peak, 1'600'000U);
  EXPECT_EQ(rates.average, 1'200'000U);
}

TEST(TrackWorth, TracksTogetherAreTheirSum) {
  const std::vector<SegmentSizes> segments{segment(kSecond, 100'000)};
  EXPECT_EQ(bit_rates(segments, kBoth, Carrier::kFmp4, kSecond).peak, 880'000U);
}

TEST(TrackWorth, MpegTsHasItsOwnSizesAndTables) {
  const std::vector<SegmentSizes> segments{segment(kSecond, 100'000)};
  EXPECT_EQ(bit_rates(segments, kVideo, Carrier::kTs, kSecond).peak, 888'000U);
}

TEST(TrackWorth, AShortSegmentIsNoPeakOfItsOwn) {
  // A tenth of a second with a key frame: seven times the rate, but nobody needs that much.
  const std::vector<SegmentSizes> segments{
      segment(kSecond * 4, 400'000), segment(kSecond / 10, 70'000), segment(kSecond * 4, 400'000)};
  const BitRates rates = bit_rates(segments, kVideo, Carrier::kFmp4, kSecond * 4);
  EXPECT_EQ(rates.peak, (470'000ULL * 8 * 10 + 40) / 41);
}

TEST(TrackWorth, ASegmentFarLongerThanTheTargetCounts) {
  const std::vector<SegmentSizes> segments{segment(kSecond * 20, 1'000'000)};
  EXPECT_EQ(bit_rates(segments, kVideo, Carrier::kFmp4, kSecond * 4).peak, 400'000U);
}

TEST(TrackWorth, OnlyShortSegmentsStillHaveARate) {
  const std::vector<SegmentSizes> segments{segment(kSecond / 2, 50'000)};
  const BitRates rates = bit_rates(segments, kVideo, Carrier::kFmp4, kSecond * 4);
  EXPECT_EQ(rates.peak, 800'000U);
  EXPECT_EQ(rates.average, 800'000U);
}

TEST(TrackWorth, NothingIsNoRate) {
  EXPECT_EQ(bit_rates({}, kVideo, Carrier::kTs, kSecond), BitRates{});
  const std::vector<SegmentSizes> empty{segment(Ticks{0}, 50'000)};
  EXPECT_EQ(bit_rates(empty, kVideo, Carrier::kFmp4, kSecond), BitRates{});
}

TEST(TrackWorth, FrameRateIsWhatTheSegmentsHave) {
  media::Track track = test::h264_track(1);
  const std::vector<SegmentSizes> fast{segment(kSecond * 4, 1, 200)};
  track.video.rate_num = 25;
  EXPECT_EQ(frame_rate(fast, track), (FrameRate{50, 1}));  // the header says fields
  track.video.rate_num = 0;
  const std::vector<SegmentSizes> ntsc{segment(Ticks{360'360}, 1, 120)};
  EXPECT_EQ(frame_rate(ntsc, track), (FrameRate{30'000, 1001}));
  const std::vector<SegmentSizes> odd{segment(kSecond * 4, 1, 30)};
  EXPECT_EQ(frame_rate(odd, track), (FrameRate{7500, 1000}));
  EXPECT_EQ(frame_rate({}, track), (FrameRate{0, 1}));
  track.video.rate_num = 30;
  EXPECT_EQ(frame_rate({}, track), (FrameRate{30, 1}));
}

TEST(TrackWorth, DescribesATrack) {
  const std::vector<SegmentSizes> segments{segment(kSecond * 4, 400'000)};
  const TrackWorth video = describe_track(test::h264_track(1), segments, kSecond * 4);
  EXPECT_EQ(video.codec, "avc1.64000c");
  EXPECT_EQ(video.frame_rate, (FrameRate{25, 1}));
  EXPECT_EQ(video.width, 320U);
  EXPECT_EQ(video.rates.peak, 800'000U);
  const TrackWorth audio = describe_track(test::aac_track(2), segments, kSecond * 4);
  EXPECT_EQ(audio.codec, "mp4a.40.2");
  EXPECT_EQ(audio.language, "deu");
  EXPECT_EQ(audio.channels, 2U);
  EXPECT_EQ(audio.rates.average, 80'000U);
}

}  // namespace
}  // namespace flu::manifest
