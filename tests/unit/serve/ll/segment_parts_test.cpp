#include "tools/serve/ll/segment_parts.h"

#include <gtest/gtest.h>

#include "tests/support/flu_samples.h"

namespace flu::serve {
namespace {

using media::Sap;
using media::Ticks;
using media::Timestamp;

constexpr Timestamp kStart{std::int64_t{1'800'000'000} * 90'000};
constexpr std::array<std::uint32_t, 2> kBoth{1, 2};

media::Tracks tracks() {
  media::Tracks out(2);
  out[0].id = 1;
  out[0].kind = media::TrackKind::kVideo;
  out[1].id = 2;
  out[1].kind = media::TrackKind::kAudio;
  return out;
}

// 25 pictures, decoded two frames before they are shown, and sound.
std::vector<container::SegmentTrack> samples() {
  std::vector<container::SegmentTrack> out{{1, {}, 0}, {2, {}, 0}};
  for (int i = 0; i < 25; ++i) {
    out[0].samples.push_back({kStart + Ticks(3600 * i - 7200), Ticks(7200), Ticks(1),
                              i % 12 == 0 ? Sap::kClosed : Sap::kNone,
                              static_cast<std::uint32_t>(10 * i), 10});
    out[1].samples.push_back({kStart + Ticks(3600 * i), Ticks(0), Ticks(1), Sap::kClosed,
                              static_cast<std::uint32_t>(1000 + 10 * i), 10});
    for (auto& track : out) track.bytes += 10;
  }
  return out;
}

constexpr container::Stretch kTime{kStart, kStart + Ticks(90'000)};

SegmentParts parts() {
  return {7, kTime, Ticks(32'400), tracks(), samples()};
}

std::vector<container::SegmentTrack> read(const PartLayout& layout) {
  Buffer bytes = layout.head;
  for (const auto& range : layout.data) bytes.resize(bytes.size() + range.size);
  return container::parse_segment(bytes)->tracks;
}

TEST(SegmentParts, HoldTheSamplesOfTheSegmentInOrder) {
  const SegmentParts all = parts();
  const PartsInfo info = all.info(tracks());
  ASSERT_EQ(info.count, 3U);
  std::size_t video = 0;
  std::size_t audio = 0;
  for (std::size_t i = 0; i < info.count; ++i) {
    const auto part = read(*all.layout(i, kBoth, i + 1 == info.count));
    ASSERT_EQ(part.size(), 2U);
    EXPECT_EQ(part[0].samples.front().dts, kStart + Ticks(3600 * static_cast<int>(video)));
    EXPECT_EQ(part[1].samples.front().dts, kStart + Ticks(3600 * static_cast<int>(audio)));
    EXPECT_EQ(part[0].samples.front().duration, Ticks(3600)) << "as in the finished segment";
    video += part[0].samples.size();
    audio += part[1].samples.size();
  }
  EXPECT_EQ(video, 25U);
  EXPECT_EQ(audio, 25U);
}

TEST(SegmentParts, TellWherePlayersMayBegin) {
  const PartsInfo info = parts().info(tracks());
  EXPECT_TRUE(info.is_independent(0, tracks()));
  EXPECT_TRUE(info.is_independent(1, tracks()));  // picture 12
  EXPECT_TRUE(info.is_independent(2, tracks()));  // picture 24
  auto without_keys = samples();
  for (auto& sample : without_keys[0].samples) sample.sap = Sap::kNone;
  const PartsInfo none =
      SegmentParts(7, kTime, Ticks(32'400), tracks(), without_keys).info(tracks());
  EXPECT_FALSE(none.is_independent(0, tracks()));
  EXPECT_TRUE(none.is_independent(0, {tracks()[1]})) << "sound alone";
  EXPECT_FALSE(none.is_independent(99, tracks()));
}

TEST(SegmentParts, AreTheSameBytesWhileTheSegmentGrows) {
  auto growing = samples();
  for (auto& track : growing) track.samples.resize(14);
  growing[0].bytes = growing[1].bytes = 140;
  const SegmentParts early(7, kTime, Ticks(32'400), tracks(), growing);
  EXPECT_EQ(early.layout(0, kBoth, false)->head, parts().layout(0, kBoth, false)->head);
}

TEST(SegmentParts, APartWithoutSamplesIsStillAFragment) {
  const auto part = read(*parts().layout(50, kBoth, false));
  ASSERT_EQ(part.size(), 2U);
  EXPECT_TRUE(part[0].samples.empty());
}

// A last part that is shorter than a frame of sound has the one that sounds there.
TEST(SegmentParts, NoPartOfSoundIsWithoutMedia) {
  auto uneven = samples();
  for (auto& sample : uneven[1].samples) sample.duration = Ticks(3600);
  uneven[1].samples.pop_back();
  uneven[1].samples.back().duration = Ticks(7200);
  uneven[1].bytes -= 10;
  const SegmentParts all(7, kTime, Ticks(3600), tracks(), uneven);
  const auto part = read(*all.layout(24, kBoth, true));
  ASSERT_EQ(part.size(), 2U);
  ASSERT_EQ(part[1].samples.size(), 1U);
  EXPECT_EQ(part[1].samples[0].dts, kStart + Ticks(3600 * 23));
}

// Sound that is away: silence, the same while the segment grows.
TEST(SegmentParts, SilenceIsInThePlaceOfSound) {
  media::Tracks known{test::h264_track(1), test::aac_track(2)};
  auto away = samples();
  away[1].samples.resize(3);
  away[1].bytes = 30;
  const SegmentParts all(7, kTime, Ticks(32'400), known, away);
  const auto layout = all.layout(1, kBoth, false);
  ASSERT_TRUE(layout);
  const auto part = read(*layout);
  ASSERT_EQ(part.size(), 2U);
  EXPECT_GT(part[1].samples.size(), 15U);
  EXPECT_EQ(layout->data.back().silence.size(), part[1].samples.back().size);
  away[0].samples.resize(22);
  away[0].bytes = 220;
  const container::Stretch grown{kStart, away[0].samples.back().dts};
  const SegmentParts early(7, grown, Ticks(32'400), known, away);
  EXPECT_EQ(early.layout(0, kBoth, false)->head, all.layout(0, kBoth, false)->head);
}

TEST(SegmentParts, OfASegmentWithoutItsMainTrackThereAreNone) {
  media::Tracks others = tracks();
  others[0].id = 9;
  const SegmentParts none(7, kTime, Ticks(32'400), others, samples());
  EXPECT_EQ(none.info(tracks()).count, 0U);
}

}  // namespace
}  // namespace flu::serve
