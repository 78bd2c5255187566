#include "libcommon/codec/hevc_parameter_sets.h"

#include <gtest/gtest.h>

#include "tests/unit/codec/es_builder.h"

namespace flu::codec {
namespace {

TEST(HevcSps, OfAnEncoder) {
  const auto sps = parse_hevc_sps(hevc_sps());
  ASSERT_TRUE(sps);
  EXPECT_EQ(sps->video.width, 320u);
  EXPECT_EQ(sps->video.height, 240u);
  EXPECT_EQ(sps->video.rate_num, 25u);
  EXPECT_EQ(sps->video.rate_den, 1u);
  EXPECT_EQ(sps->log2_max_order_count, 8u);
  EXPECT_GT(sps->max_reordered, 0u);
  EXPECT_EQ(sps->sub_layers, 1u);
}

TEST(HevcSps, CutShortNeverReadsBeyond) {
  const Buffer whole = hevc_sps();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto sps = parse_hevc_sps(Bytes(whole).first(size));
    if (sps) {
      EXPECT_EQ(sps->video.width, 320u) << size;
    }
  }
}

// Everything that may stand in front of the VUI.
TEST(HevcSps, FindsItsTimingBehindAllTools) {
  UnitBuilder b(hex("4201"));
  b.u(0, 4).u(2, 3).u(1, 1);  // three sub-layers
  b.u(0x21, 8).u(0x60000000, 32).u(0x40, 8).u(0, 32).u(0, 8).u(93, 8);
  b.u(3, 2).u(1, 2).u(0, 12);  // sub-layer profile and level, level
  b.u(0, 32).u(0, 32).u(0, 24).u(60, 8).u(63, 8);
  b.ue(1).ue(2).ue(64).ue(64).u(1, 1).ue(0).ue(0).ue(2).ue(2);
  b.ue(2).ue(2).ue(4).u(1, 1);
  for (int i = 0; i < 3; ++i) b.ue(4).ue(2).ue(0);
  b.ue(0).ue(3).ue(0).ue(3).ue(0).ue(0);
  b.u(1, 1).u(1, 1);  // scaling lists
  for (int size = 0; size < 4; ++size) {
    for (int matrix = 0; matrix < 6; matrix += size == 3 ? 3 : 1) {
      if (matrix == 0) {
        b.u(1, 1);
        if (size > 1) b.se(-3);
        for (int i = 0; i < (size == 0 ? 16 : 64); ++i) b.se(i % 3 - 1);
      } else {
        b.u(0, 1).ue(0);
      }
    }
  }
  b.u(3, 2).u(1, 1).u(0x77, 8).ue(0).ue(0).u(0, 1);  // PCM
  b.ue(2).ue(2).ue(1).ue(0).u(1, 1).ue(1).u(1, 1).ue(0).u(1, 1);
  b.u(1, 1).u(0, 1).ue(0);  // predicted from the first
  for (int i = 0; i < 4; ++i) b.u(i % 2 == 0 ? 1 : 0, 1).u(i % 2 == 0 ? 0 : 1, i % 2 == 0 ? 0 : 1);
  b.u(1, 1).ue(2).u(5, 8).u(1, 1).u(9, 8).u(0, 1);  // long-term pictures
  b.u(0, 2).u(1, 1);                                // VUI:
  b.u(1, 1).u(14, 8).u(1, 1).u(0, 1).u(1, 1).u(5, 4).u(1, 1).u(0x010101, 24).u(1, 1).ue(0).ue(0);
  b.u(0, 1).u(1, 1).u(0, 1).u(1, 1).ue(0).ue(0).ue(0).ue(0).u(1, 1).u(1001, 32).u(60'000, 32);
  const auto sps = parse_hevc_sps(b.nal());
  ASSERT_TRUE(sps);
  EXPECT_EQ(sps->id, 1u);
  EXPECT_EQ(sps->sub_layers, 3u);
  EXPECT_EQ(sps->bit_depth_luma, 10u);
  EXPECT_EQ(sps->chroma_format, 2u);
  EXPECT_EQ(sps->video.width, 64u);
  EXPECT_EQ(sps->video.height, 60u);
  EXPECT_EQ(sps->video.sar_width, 4u);
  EXPECT_EQ(sps->video.rate_num, 60'000u);
  EXPECT_EQ(sps->video.rate_den, 1001u);
  EXPECT_TRUE(sps->video.is_interlaced);
}

TEST(HevcTrack, HoldsAllThreeKinds) {
  HevcParameterSets sets;
  sets.vps[0] = hevc_vps();
  sets.sps[0] = {hevc_sps(), *parse_hevc_sps(hevc_sps())};
  sets.pps[0] = {hevc_pps(), *parse_hevc_pps(hevc_pps())};
  const media::Track track = make_hevc_track(sets, 0);
  EXPECT_EQ(track.config, joined({hex("01 01 60000000 900000000000 3c f000 fc fd f8 f8 0000 0f 03"),
                                  hex("a0 0001 0018"), hevc_vps(), hex("a1 0001 002a"), hevc_sps(),
                                  hex("a2 0001 0007"), hevc_pps()}));
}

}  // namespace
}  // namespace flu::codec
