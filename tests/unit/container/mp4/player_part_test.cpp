#include "libcommon/container/mp4/player_part.h"

#include <gtest/gtest.h>

namespace flu::container {
namespace {

constexpr media::Timestamp kStart{std::int64_t{1'800'000'000} * 90'000};

TEST(PlayerPart, IsHeadedAsASegmentOfItsSamples) {
  SegmentTrack video{
      1, {{kStart, media::Ticks(0), media::Ticks(3600), media::Sap::kClosed, 0, 3}}, 3};
  const SegmentTrack silent{2, {}, 0};
  const std::vector<SegmentTrack> tracks{video, silent};
  Buffer bytes = *write_part_header(7, tracks, kStart);
  bytes.resize(bytes.size() + 3, 1);
  const auto parsed = parse_segment(bytes);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->seq, 7U);
  EXPECT_EQ(parsed->moof_offset, 0U);
  ASSERT_EQ(parsed->tracks.size(), 1U);
  EXPECT_EQ(parsed->tracks[0].samples[0].dts, kStart);
}

TEST(PlayerPart, WithoutSamplesHasAnEmptyFragmentOfEachTrack) {
  const std::vector<SegmentTrack> tracks{{1, {}, 0}, {2, {}, 0}};
  const auto parsed = parse_segment(*write_part_header(7, tracks, kStart));
  ASSERT_TRUE(parsed);
  ASSERT_EQ(parsed->tracks.size(), 2U);
  EXPECT_TRUE(parsed->tracks[0].samples.empty());
}

}  // namespace
}  // namespace flu::container
