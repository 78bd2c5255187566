#include "libcommon/codec/h264_parameter_sets.h"

#include <gtest/gtest.h>

#include "tests/unit/codec/es_builder.h"

namespace flu::codec {
namespace {

TEST(H264Sps, OfAnEncoder) {
  const auto sps = parse_h264_sps(hex("6764001eacd940a02ff9701100000303e90000ea600f162d96"));
  ASSERT_TRUE(sps);
  EXPECT_EQ(sps->profile, 100);
  EXPECT_EQ(sps->level, 30);
  EXPECT_EQ(sps->video.width, 640u);
  EXPECT_EQ(sps->video.height, 360u);
  EXPECT_EQ(sps->video.sar_width, 1u);
  EXPECT_EQ(sps->video.rate_num, 30'000u);
  EXPECT_EQ(sps->video.rate_den, 1001u);
  EXPECT_FALSE(sps->video.is_interlaced);
}

TEST(H264Sps, CropsFieldsInPairsOfLines) {
  const auto sps = parse_h264_sps(h264_sps({.profile = 100,
                                            .width_mbs = 120,
                                            .height_units = 34,
                                            .is_frame_mbs_only = false,
                                            .crop_bottom = 2}));
  ASSERT_TRUE(sps);
  EXPECT_EQ(sps->video.width, 1920u);
  EXPECT_EQ(sps->video.height, 1080u);
  EXPECT_TRUE(sps->video.is_interlaced);
  EXPECT_EQ(sps->video.sar_width, 12u);
  EXPECT_EQ(sps->video.sar_height, 11u);
  EXPECT_EQ(sps->video.rate_num, 25u);
}

TEST(H264Sps, WithoutTimingHasNoRate) {
  const auto sps = parse_h264_sps(h264_sps({.time_scale = 0}));
  ASSERT_TRUE(sps);
  EXPECT_EQ(sps->video.rate_num, 0u);
}

TEST(H264Sps, RefusesWhatNoStreamMeans) {
  EXPECT_FALSE(parse_h264_sps(h264_sps({.id = 32})));
  EXPECT_FALSE(parse_h264_sps(h264_sps({.width_mbs = 1025})));
  EXPECT_FALSE(parse_h264_sps(h264_sps({.height_units = 15, .crop_bottom = 120})));
  EXPECT_FALSE(parse_h264_sps(Buffer(4097, 0x67)));
}

TEST(H264Sps, CutShortNeverReadsBeyond) {
  const Buffer whole = h264_sps({.profile = 100});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto sps = parse_h264_sps(Bytes(whole).first(size));
    if (sps) {
      EXPECT_EQ(sps->video.width, 320u) << size;
    }
  }
}

TEST(H264Pps, OfASlicedPicture) {
  // Two slice groups of type 6, explicit map of three units.
  UnitBuilder b(hex("68"));
  b.ue(3).ue(1).u(0, 1).u(1, 1).ue(1).ue(6).ue(2).u(5, 3);
  b.ue(0).ue(0).u(0, 3).se(0).se(0).se(0).u(1, 3);
  const auto pps = parse_h264_pps(b.nal());
  ASSERT_TRUE(pps);
  EXPECT_EQ(pps->id, 3u);
  EXPECT_EQ(pps->sps_id, 1u);
  EXPECT_TRUE(pps->has_bottom_field_order);
  EXPECT_TRUE(pps->has_redundant_pictures);
  EXPECT_FALSE(parse_h264_pps(h264_pps(256)));
  EXPECT_FALSE(parse_h264_pps(h264_pps(0, 32)));
}

TEST(H264Track, HoldsItsParameterSetsOnly) {
  H264ParameterSets sets;
  const Buffer sps = h264_sps({.profile = 100});
  const Buffer pps = h264_pps(0, 0);
  sets.sps[0] = {sps, *parse_h264_sps(sps)};
  sets.pps[0] = {pps, *parse_h264_pps(pps)};
  const Buffer other = h264_pps(1, 7);
  sets.pps[1] = {other, *parse_h264_pps(other)};

  const media::Track track = make_h264_track(sets, 0);
  const auto size = [](const Buffer& set) {
    return Buffer{0, static_cast<std::uint8_t>(set.size())};
  };
  EXPECT_EQ(track.config, joined({hex("01 64 00 1e ff e1"), size(sps), sps, hex("01"), size(pps),
                                  pps, hex("fd f8 f8 00")}));
  EXPECT_EQ(track.nominal_duration.count(), 3600);
  EXPECT_EQ(track.kind, media::TrackKind::kVideo);
}

}  // namespace
}  // namespace flu::codec
