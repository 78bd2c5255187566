#include "libcommon/codec/video_framer.h"

#include <gtest/gtest.h>

#include "tests/unit/codec/es_builder.h"
#include "tests/unit/codec/framing.h"

namespace flu::codec {
namespace {

const Buffer kSets = joined({coded(h264_sps()), coded(h264_pps())});
const Buffer kIdr = coded(h264_slice({.is_idr = true, .type = 7}));

Buffer picture(std::uint32_t number) {
  return coded(h264_slice({.frame_num = number, .order = 2 * number}));
}

TEST(VideoFramer, GivesPacketTimesToTheFirstPictureThatBeginsThere) {
  const Buffer first = picture(1);
  const Buffer head(first.begin(), first.begin() + 50);
  const Buffer tail(first.begin() + 50, first.end());
  const auto out = frame(
      media::CodecId::kH264,
      {{joined({kSets, kIdr, head}), 0, {}}, {joined({tail, picture(2), picture(3)}), 50'000, {}}});
  ASSERT_EQ(out.size(), 4u);
  EXPECT_EQ(out[1].dts, 3600);
  EXPECT_EQ(out[2].dts, 50'000);
  EXPECT_EQ(out[3].dts, 53'600);
}

TEST(VideoFramer, UsesTheTimesOfAPacketOnce) {
  const auto out = frame(media::CodecId::kH264, {{joined({kSets, kIdr}), 0, {}},
                                                 {picture(1), 3600, {}},
                                                 {picture(2), {}, {}},
                                                 {picture(3), 90'000, {}}});
  ASSERT_EQ(out.size(), 4u);
  EXPECT_EQ(out[2].dts, 7200);
  EXPECT_EQ(out[3].dts, 90'000);
}

TEST(VideoFramer, DropsAnAccessUnitBeyondTheLimit) {
  auto framer = make_framer(media::CodecId::kH264);
  framer->feed(joined({kSets, kIdr, picture(1)}), {media::Timestamp{0}, {}});
  const Buffer chunk(1 << 20, 0x55);
  for (int i = 0; i < 33; ++i) framer->feed(chunk, {});
  framer->feed(joined({picture(2), picture(3)}), {media::Timestamp{7200}, {}});
  framer->flush();
  const auto out = take(*framer);
  ASSERT_EQ(out.size(), 3u);
  EXPECT_EQ(out[1].dts, 7200);
  EXPECT_EQ(framer->counters().bad_frames, 1u);
}

TEST(VideoFramer, GoesOnAfterAFlush) {
  // As with RTP, where the last packet of a picture is marked.
  auto framer = make_framer(media::CodecId::kH264);
  framer->feed(joined({kSets, kIdr}), {media::Timestamp{0}, {}});
  framer->flush();
  EXPECT_EQ(take(*framer).size(), 1u);
  framer->feed(picture(1), {media::Timestamp{3600}, {}});
  framer->flush();
  const auto out = take(*framer);
  ASSERT_EQ(out.size(), 1u);
  EXPECT_EQ(out[0].dts, 3600);
}

TEST(VideoFramer, GivesNothingWithoutATimestamp) {
  auto framer = make_framer(media::CodecId::kH264);
  EXPECT_TRUE(frame(*framer, {{joined({kSets, kIdr, picture(1)}), {}, {}}}).empty());
  EXPECT_GT(framer->counters().skipped_bytes, 0u);
}

}  // namespace
}  // namespace flu::codec
