#include "libcommon/container/mp4/silence.h"

#include <gtest/gtest.h>

#include "tests/support/flu_samples.h"

namespace flu::container {
namespace {

using media::Sap;
using media::Ticks;
using media::Timestamp;

constexpr Ticks kFrame{1920};  // 1024 at 48 kHz
constexpr Stretch kTime{test::kBase, test::kBase + kFrame * 20};
const media::Track kTrack = test::aac_track(2);

// Frames `from` to `to`, the last one told to lead to `told`.
SegmentTrack sound(int from, int to, int told) {
  SegmentTrack out{2, {}, 0};
  for (int i = from; i < to; ++i) {
    out.samples.push_back({test::kBase + kFrame * i, Ticks(0), kFrame, Sap::kClosed,
                           static_cast<std::uint32_t>(10 * i), 10});
    out.bytes += 10;
  }
  if (!out.samples.empty()) out.samples.back().duration = kFrame * (told - to + 1);
  return out;
}

SegmentTrack joined(SegmentTrack first, const SegmentTrack& second) {
  first.samples.insert(first.samples.end(), second.samples.begin(), second.samples.end());
  first.bytes += second.bytes;
  return first;
}

std::size_t silent(const SegmentTrack& track) {
  std::size_t count = 0;
  for (const auto& sample : track.samples) count += sample.offset == kSilenceOffset ? 1 : 0;
  return count;
}

// Every sample leads to the next, and the sizes are those of the bytes.
void expect_whole(const SegmentTrack& track) {
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < track.samples.size(); ++i) {
    bytes += track.samples[i].size;
    if (i == 0) continue;
    EXPECT_EQ(track.samples[i - 1].dts + track.samples[i - 1].duration, track.samples[i].dts) << i;
  }
  EXPECT_EQ(track.bytes, bytes);
}

TEST(Silence, IsNotPutWhereSoundIs) {
  SegmentTrack track = sound(0, 20, 20);
  EXPECT_TRUE(fill_with_silence(kTrack, kTime, track).empty());
  EXPECT_EQ(track.samples.size(), 20U);
  SegmentTrack late = sound(1, 19, 19);  // a frame here or there is no hole
  EXPECT_TRUE(fill_with_silence(kTrack, kTime, late).empty());
}

TEST(Silence, FillsTheEnd) {
  SegmentTrack track = sound(0, 10, 21);  // the next segment begins with frame 21
  const Buffer frame = fill_with_silence(kTrack, kTime, track);
  EXPECT_FALSE(frame.empty());
  expect_whole(track);
  EXPECT_EQ(silent(track), 9U);  // 11 to 19
  const auto& last = track.samples.back();
  EXPECT_EQ(last.size, frame.size());
  EXPECT_EQ(last.dts + last.duration, test::kBase + kFrame * 21);
}

TEST(Silence, FillsTheEndWhereNothingIsToldOfTheNext) {
  SegmentTrack track = sound(0, 10, 10);
  fill_with_silence(kTrack, kTime, track);
  expect_whole(track);
  EXPECT_EQ(track.samples.back().dts + track.samples.back().duration, kTime.end);
}

TEST(Silence, FillsTheBeginningAndBetween) {
  SegmentTrack track = joined(sound(5, 8, 8), sound(12, 20, 20));
  EXPECT_FALSE(fill_with_silence(kTrack, kTime, track).empty());
  expect_whole(track);
  EXPECT_EQ(silent(track), 4U + 3U);  // 1 to 4, 9 to 11
  EXPECT_EQ(track.samples.front().dts, test::kBase + kFrame);
}

// A frame that came late of a segment before: there players have silence.
TEST(Silence, DoesNotReachBeforeTheSegment) {
  SegmentTrack track = joined(sound(-50, -49, -49), sound(10, 20, 20));
  fill_with_silence(kTrack, kTime, track);
  expect_whole(track);
  EXPECT_EQ(silent(track), 9U);  // 1 to 9
  EXPECT_EQ(track.samples.front().dts, test::kBase + kFrame);
  SegmentTrack late_only = sound(-50, -40, -40);
  fill_with_silence(kTrack, kTime, late_only);
  expect_whole(late_only);
  EXPECT_EQ(silent(late_only), 19U);
  EXPECT_EQ(late_only.samples.size(), 19U);
}

TEST(Silence, FillsAllOfASegmentWithoutSound) {
  SegmentTrack track{2, {}, 0};
  EXPECT_FALSE(fill_with_silence(kTrack, kTime, track).empty());
  expect_whole(track);
  EXPECT_EQ(silent(track), 19U);
}

// 1024 at 44.1 kHz are no whole number of ticks: the sum of the frames does not drift.
TEST(Silence, KeepsTheRate) {
  media::Track track = kTrack;
  track.audio.sample_rate = 44'100;
  SegmentTrack samples{2, {}, 0};
  fill_with_silence(track, {test::kBase, test::kBase + Ticks(900'000)}, samples);
  expect_whole(samples);
  const auto& last = samples.samples.back();
  const auto frames = static_cast<std::int64_t>(samples.samples.size());
  EXPECT_EQ(last.dts, test::kBase + Ticks(frames * 1024 * 90'000 / 44'100));
}

// What a player was given of the growing segment is what the finished one has.
TEST(Silence, IsTheSameWhileTheSegmentGrows) {
  SegmentTrack whole = joined(sound(0, 4, 4), sound(15, 20, 20));
  fill_with_silence(kTrack, kTime, whole);
  for (int known = 6; known < 15; ++known) {
    SegmentTrack early = sound(0, 4, 4);
    fill_with_silence(kTrack, {kTime.start, test::kBase + kFrame * known}, early);
    ASSERT_LE(early.samples.size(), whole.samples.size());
    for (std::size_t i = 0; i < early.samples.size(); ++i) {
      EXPECT_EQ(early.samples[i].dts, whole.samples[i].dts) << known;
      EXPECT_EQ(early.samples[i].duration, whole.samples[i].duration) << known;
    }
  }
}

TEST(Silence, IsNotKnownOfOtherCodecs) {
  SegmentTrack track{2, {}, 0};
  media::Track other = kTrack;
  other.codec = media::CodecId::kAc3;
  EXPECT_TRUE(fill_with_silence(other, kTime, track).empty());
  EXPECT_TRUE(fill_with_silence(test::h264_track(2), kTime, track).empty());
  other = kTrack;
  other.config.clear();
  EXPECT_TRUE(fill_with_silence(other, kTime, track).empty());
  EXPECT_TRUE(track.samples.empty());
}

TEST(Silence, IsBounded) {
  SegmentTrack track{2, {}, 0};
  fill_with_silence(kTrack, {test::kBase, test::kBase + std::chrono::hours(10)}, track);
  EXPECT_EQ(track.samples.size(), 8192U);
}

}  // namespace
}  // namespace flu::container
