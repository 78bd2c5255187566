#include "libcommon/codec/cropping.h"

#include <array>
#include <optional>

#include <gtest/gtest.h>

#include "tests/unit/codec/es_builder.h"

namespace flu::codec {
namespace {

using Edges = std::array<std::uint32_t, 4>;  // left, right, top, bottom

Result<media::VideoFormat> cropped(std::optional<Edges> edges, CropUnit unit) {
  UnitBuilder b(Buffer{});
  b.u(edges ? 1 : 0, 1);
  if (edges) {
    for (const std::uint32_t edge : *edges) b.ue(edge);
  }
  const Buffer bytes = b.nal();
  BitReader bits(bytes);
  media::VideoFormat video;
  video.width = 64;
  video.height = 48;
  FLU_TRY(parse_cropping(bits, unit, video));
  return video;
}

TEST(Cropping, CountsInItsUnits) {
  const auto video = cropped(Edges{1, 2, 3, 4}, {.across = 2, .down = 4});
  ASSERT_TRUE(video);
  EXPECT_EQ(video->width, 64u - 6u);
  EXPECT_EQ(video->height, 48u - 28u);
}

TEST(Cropping, WithoutItTheSizeStays) {
  const auto video = cropped(std::nullopt, {});
  ASSERT_TRUE(video);
  EXPECT_EQ(video->width, 64u);
  EXPECT_EQ(video->height, 48u);
}

TEST(Cropping, LeavesAtLeastOneSample) {
  EXPECT_TRUE(cropped(Edges{31, 32, 0, 47}, {}));
  EXPECT_FALSE(cropped(Edges{32, 32, 0, 0}, {}));
  EXPECT_FALSE(cropped(Edges{0, 0, 0, 48}, {}));
}

TEST(Cropping, HugeOffsetsDoNotWrap) {
  EXPECT_FALSE(cropped(Edges{0x7FFFFFFF, 1, 0, 0}, {.across = 2}));
  EXPECT_FALSE(cropped(Edges{0, 0, 0xFFFFFFFE, 2}, {.down = 4}));
}

}  // namespace
}  // namespace flu::codec
