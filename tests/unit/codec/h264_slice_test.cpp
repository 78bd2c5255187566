#include "libcommon/codec/h264_slice.h"

#include <gtest/gtest.h>

#include "tests/unit/codec/es_builder.h"

namespace flu::codec {
namespace {

H264ParameterSets sets_of(const H264SpsFields& fields) {
  H264ParameterSets sets;
  const Buffer sps = h264_sps(fields);
  const Buffer pps = h264_pps();
  sets.sps[0] = {sps, *parse_h264_sps(sps)};
  sets.pps[0] = {pps, *parse_h264_pps(pps)};
  return sets;
}

H264Slice parsed(const H264SliceFields& fields, const H264ParameterSets& sets) {
  const Buffer unit = h264_slice(fields);
  return parse_h264_slice(Bytes(unit).first(64), sets).value();
}

TEST(H264Slice, ReadsItsHeader) {
  const auto sets = sets_of({.is_frame_mbs_only = false});
  const H264Slice slice = parsed({.is_idr = true,
                                  .first_mb = 300,
                                  .type = 7,
                                  .frame_num = 9,
                                  .is_bottom = true,
                                  .idr_pic_id = 5,
                                  .order = 77},
                                 sets);
  EXPECT_TRUE(slice.is_idr);
  EXPECT_TRUE(slice.is_reference);
  EXPECT_TRUE(slice.is_intra());
  EXPECT_EQ(slice.first_mb, 300u);
  EXPECT_EQ(slice.frame_num, 9u);
  EXPECT_TRUE(slice.is_field);
  EXPECT_TRUE(slice.is_bottom);
  EXPECT_EQ(slice.idr_pic_id, 5u);
  EXPECT_EQ(slice.order_count_lsb, 77u);
}

TEST(H264Slice, NeedsItsParameterSets) {
  const Buffer unit = h264_slice({.pps_id = 4});
  EXPECT_FALSE(parse_h264_slice(unit, sets_of({})));
  EXPECT_FALSE(parse_h264_slice(Bytes{}, sets_of({})));
  EXPECT_FALSE(parse_h264_slice(Bytes(unit).first(1), sets_of({})));
}

TEST(H264Slice, BeginsAPictureWhereAFieldDiffers) {
  const auto sets = sets_of({});
  const H264Sps& sps = sets.sps.at(0).value;
  const H264SliceFields base{.first_mb = 40, .frame_num = 3, .order = 6};
  const H264Slice first = parsed(base, sets);
  EXPECT_FALSE(begins_h264_picture(first, parsed(base, sets), sps));

  H264SliceFields other = base;
  other.frame_num = 4;
  EXPECT_TRUE(begins_h264_picture(first, parsed(other, sets), sps));
  other = base;
  other.order = 8;
  EXPECT_TRUE(begins_h264_picture(first, parsed(other, sets), sps));
  other = base;
  other.is_reference = false;
  EXPECT_TRUE(begins_h264_picture(first, parsed(other, sets), sps));
  other = base;
  other.is_idr = true;
  EXPECT_TRUE(begins_h264_picture(first, parsed(other, sets), sps));
  other = base;
  other.type = 6;
  EXPECT_FALSE(begins_h264_picture(first, parsed(other, sets), sps));
}

TEST(H264Slice, TakesTheFirstMacroblockForANewPictureButInFreeOrder) {
  const auto main = sets_of({});
  const H264SliceFields idr{.is_idr = true, .type = 7};
  EXPECT_TRUE(begins_h264_picture(parsed(idr, main), parsed(idr, main), main.sps.at(0).value));
  const auto baseline = sets_of({.profile = 66});
  EXPECT_FALSE(
      begins_h264_picture(parsed(idr, baseline), parsed(idr, baseline), baseline.sps.at(0).value));
}

TEST(H264Slice, PairsFieldsOfOneFrame) {
  const auto sets = sets_of({.is_frame_mbs_only = false});
  const auto field = [&](bool is_bottom, std::uint32_t frame_num, bool is_idr) {
    return parsed({.is_idr = is_idr, .frame_num = frame_num, .is_bottom = is_bottom}, sets);
  };
  EXPECT_TRUE(completes_h264_frame(field(false, 1, false), field(true, 1, false)));
  EXPECT_TRUE(completes_h264_frame(field(false, 0, true), field(true, 0, false)));
  EXPECT_FALSE(completes_h264_frame(field(false, 1, false), field(false, 1, false)));
  EXPECT_FALSE(completes_h264_frame(field(false, 1, false), field(true, 2, false)));
  EXPECT_FALSE(completes_h264_frame(field(false, 0, false), field(true, 0, true)));
}

TEST(H264OrderCount, Unwraps) {
  const auto sets = sets_of({});
  const H264Sps& sps = sets.sps.at(0).value;
  H264OrderCount count;
  EXPECT_EQ(count.next(parsed({.is_idr = true}, sets), sps), 0);
  std::int64_t expected = 0;
  for (int i = 1; i < 300; ++i) {
    expected += 2;
    const auto lsb = static_cast<std::uint32_t>(expected & 0xFF);
    EXPECT_EQ(count.next(parsed({.order = lsb}, sets), sps), expected);
  }
  // A picture shown before the last reference.
  EXPECT_EQ(count.next(parsed({.is_reference = false,
                               .order = static_cast<std::uint32_t>((expected - 90) & 0xFF)},
                              sets),
                       sps),
            expected - 90);
}

TEST(H264RecoveryPoint, IsFoundAmongOtherMessages) {
  EXPECT_TRUE(has_h264_recovery_point(h264_recovery_sei()));
  EXPECT_TRUE(has_h264_recovery_point(hex("06 01 02 aa bb 06 01 c4 80")));
  EXPECT_FALSE(has_h264_recovery_point(hex("06 04 03 06 01 06 80")));
  EXPECT_FALSE(has_h264_recovery_point(hex("06 ff ff")));
  EXPECT_FALSE(has_h264_recovery_point(hex("06 05 ff ff 00 80")));
}

}  // namespace
}  // namespace flu::codec
