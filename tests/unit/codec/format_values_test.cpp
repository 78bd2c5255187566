#include "libcommon/codec/format_values.h"

#include <gtest/gtest.h>

namespace flu::codec {
namespace {

TEST(FrameRate, IsReducedAndBounded) {
  media::VideoFormat video;
  EXPECT_EQ(frame_duration(video).count(), 0);
  set_frame_rate(60'000, 2002, video);
  EXPECT_EQ(video.rate_num, 30'000u);
  EXPECT_EQ(video.rate_den, 1001u);
  EXPECT_EQ(frame_duration(video).count(), 3003);
  for (const auto& [num, den] : {std::pair{0, 1}, {1, 0}, {180'000, 2}, {1, 11}}) {
    set_frame_rate(static_cast<std::uint64_t>(num), static_cast<std::uint64_t>(den), video);
    EXPECT_EQ(video.rate_num, 30'000u) << num << "/" << den;
  }
}

TEST(AspectRatio, IsThatOfTheTable) {
  media::VideoFormat video;
  set_aspect_ratio(14, video);
  EXPECT_EQ(video.sar_width, 4u);
  EXPECT_EQ(video.sar_height, 3u);
  set_aspect_ratio(0, video);
  set_aspect_ratio(17, video);
  EXPECT_EQ(video.sar_width, 4u);
}

TEST(AudioDuration, IsRounded) {
  EXPECT_EQ(audio_duration(1024, 44'100).count(), 2090);
  EXPECT_EQ(audio_duration(1152, 48'000).count(), 2160);
  EXPECT_EQ(audio_duration(1152, 0).count(), 0);
}

}  // namespace
}  // namespace flu::codec
