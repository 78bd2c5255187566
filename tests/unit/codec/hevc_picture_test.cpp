#include "libcommon/codec/hevc_picture.h"

#include <gtest/gtest.h>

#include "libcommon/codec/framer.h"
#include "tests/unit/codec/es_builder.h"
#include "tests/unit/codec/framing.h"

namespace flu::codec {
namespace {

using media::CodecId;
using media::Sap;

constexpr std::uint32_t kTrail = 1;
constexpr std::uint32_t kRasl = 9;
constexpr std::uint32_t kBla = 16;
constexpr std::uint32_t kIdr = 19;
constexpr std::uint32_t kCra = 21;

const Buffer kSets = joined({coded(hevc_vps()), coded(hevc_sps()), coded(hevc_pps())});

std::vector<Framed> frame_hevc(const std::vector<Pes>& stream, std::size_t piece = 0) {
  return frame(CodecId::kHevc, stream, piece);
}

TEST(HevcFramer, GivesAccessUnitsWithLengths) {
  const Buffer delimiter = hex("46 01 50");
  const Buffer suffix = hex("50 01 84 01 aa 80");
  const Buffer slice = hevc_slice({.type = kIdr});
  const Buffer next = hevc_slice({.type = kTrail, .order = 1});
  const Buffer more = hevc_slice({.type = kTrail, .is_first = false, .order = 1});
  const auto out = frame_hevc(
      {{joined({coded(delimiter), kSets, coded(slice), coded(suffix)}), 3600, 0},
       {joined({coded(delimiter), coded(next, false), coded(more, false)}), 7200, 3600}});
  ASSERT_EQ(out.size(), 2u);
  EXPECT_EQ(out[0].data, joined({stored(hevc_vps()), stored(hevc_sps()), stored(hevc_pps()),
                                 stored(slice), stored(suffix)}));
  EXPECT_EQ(out[0].sap, Sap::kClosed);
  EXPECT_EQ(out[1].data, joined({stored(next), stored(more)}));
  EXPECT_EQ(out[1].dts, 3600);
}

TEST(HevcFramer, TellsClosedFromOpenStarts) {
  const auto out = frame_hevc({{joined({kSets, coded(hevc_slice({.type = kIdr}))}), 0, {}},
                               {coded(hevc_slice({.type = kCra, .order = 8})), 3600, {}},
                               {coded(hevc_slice({.type = kRasl, .order = 6})), 7200, {}},
                               {coded(hevc_slice({.type = kBla, .order = 8})), 10'800, {}}});
  ASSERT_EQ(out.size(), 4u);
  EXPECT_EQ(out[0].sap, Sap::kClosed);
  EXPECT_EQ(out[1].sap, Sap::kOpen);
  EXPECT_EQ(out[2].sap, Sap::kNone);
  EXPECT_EQ(out[3].sap, Sap::kClosed);
  EXPECT_EQ(out[3].data, joined({stored(hevc_vps()), stored(hevc_sps()), stored(hevc_pps()),
                                 stored(hevc_slice({.type = kBla, .order = 8}))}));
}

TEST(HevcFramer, DerivesTimesFromTheOrderOfDisplay) {
  const auto out = frame_hevc(
      {{joined({kSets, coded(hevc_slice({.type = kIdr})), coded(hevc_slice({.order = 3})),
                coded(hevc_slice({.type = 0, .order = 1})),
                coded(hevc_slice({.type = 0, .order = 2}))}),
        3600, 0}});
  ASSERT_EQ(out.size(), 4u);
  const std::int64_t pts[] = {3600, 14'400, 7200, 10'800};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(out[i].dts, 3600 * static_cast<std::int64_t>(i));
    EXPECT_EQ(out[i].pts, pts[i]);
  }
}

TEST(HevcFramer, KeepsOtherLayersInTheirAccessUnit) {
  Buffer layered = hevc_slice({.type = kTrail, .order = 1});
  layered[1] = 1 << 3 | 1;
  const auto out =
      frame_hevc({{joined({kSets, coded(hevc_slice({.type = kIdr})), coded(layered)}), 0, {}}});
  ASSERT_EQ(out.size(), 1u);
}

TEST(HevcFramer, GivesTheSameInPieces) {
  const std::vector<Pes> stream{
      {joined({kSets, coded(hevc_slice({.type = kIdr})), coded(hevc_slice({.order = 2}))}), 0, {}},
      {joined({coded(hevc_slice({.is_first = false, .order = 2})), coded(hex("46 01 50")),
               coded(hevc_slice({.order = 3}))}),
       7200,
       {}},
      {coded(hevc_slice({.type = kCra, .order = 4})), {}, {}}};
  const auto whole = frame_hevc(stream);
  ASSERT_EQ(whole.size(), 4u);
  for (std::size_t piece = 1; piece < 200; ++piece) {
    EXPECT_EQ(frame_hevc(stream, piece), whole) << "pieces of " << piece;
  }
}

}  // namespace
}  // namespace flu::codec
