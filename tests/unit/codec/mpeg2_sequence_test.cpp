#include "libcommon/codec/mpeg2_sequence.h"

#include <gtest/gtest.h>

#include "tests/unit/codec/bytes_of.h"

namespace flu::codec {
namespace {

TEST(Mpeg2Sequence, OfBroadcast) {
  // 720x576, 16:9, 25 frames/s, interlaced main profile.
  const Buffer header = hex("b3 2d 02 40 33 0b be 38 10");
  const auto sequence = parse_mpeg2_sequence(header, hex("b5 14 82 00 01 00 00"));
  ASSERT_TRUE(sequence);
  EXPECT_EQ(sequence->video.width, 720u);
  EXPECT_EQ(sequence->video.height, 576u);
  EXPECT_EQ(sequence->video.sar_width, 64u);
  EXPECT_EQ(sequence->video.sar_height, 45u);
  EXPECT_EQ(sequence->video.rate_num, 25u);
  EXPECT_TRUE(sequence->video.is_interlaced);
  EXPECT_EQ(sequence->profile_and_level, 0x48);
}

TEST(Mpeg2Sequence, OfMpeg1IsProgressive) {
  const auto sequence = parse_mpeg2_sequence(hex("b3 14 00 f0 13 ff ff e0 18"), {});
  ASSERT_TRUE(sequence);
  EXPECT_EQ(sequence->video.height, 240u);
  EXPECT_EQ(sequence->video.sar_width, 1u);
  EXPECT_FALSE(sequence->video.is_interlaced);
  EXPECT_FALSE(parse_mpeg2_sequence(hex("b3 00 00 f0 13 ff ff e0 18"), {}));
  EXPECT_FALSE(parse_mpeg2_sequence(hex("b3 14 00"), {}));
}

TEST(Mpeg2Sequence, HeaderEndsBehindItsMatrices) {
  Buffer unit = hex("b3 14 00 f0 13 ff ff e0");
  unit.push_back(0x18);
  EXPECT_EQ(mpeg2_sequence_header(unit)->size(), 9u);
  unit[8] = 0x1A;  // an intra matrix, whose last bit stands in front of the other's flag
  EXPECT_FALSE(mpeg2_sequence_header(unit));
  unit.resize(9 + 64, 0x10);
  EXPECT_EQ(mpeg2_sequence_header(unit)->size(), 73u);
  unit.back() = 0x11;
  EXPECT_FALSE(mpeg2_sequence_header(unit));
  unit.resize(300, 0x10);
  EXPECT_EQ(mpeg2_sequence_header(unit)->size(), 137u);
  EXPECT_FALSE(mpeg2_sequence_extension(hex("b5 24 00 00 00 00 00")));
}

TEST(Mpeg2Track, HoldsBothHeaders) {
  const Buffer header = hex("b3 14 00 f0 23 ff ff e0 18");
  const Buffer extension = hex("b5 14 82 00 01 00 00");
  const auto track = make_mpeg2_track(*parse_mpeg2_sequence(header, extension), header, extension);
  EXPECT_EQ(track.config, joined({hex("000001"), header, hex("000001"), extension}));
  EXPECT_EQ(track.nominal_duration.count(), 3600);
}

}  // namespace
}  // namespace flu::codec
