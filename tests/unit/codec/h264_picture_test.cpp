#include "libcommon/codec/h264_picture.h"

#include <gtest/gtest.h>

#include "libcommon/codec/framer.h"
#include "tests/unit/codec/es_builder.h"
#include "tests/unit/codec/framing.h"

namespace flu::codec {
namespace {

using media::CodecId;
using media::Sap;

std::vector<Framed> frame_h264(const std::vector<Pes>& stream, std::size_t piece = 0) {
  return frame(CodecId::kH264, stream, piece);
}

const Buffer kSets = joined({coded(h264_sps()), coded(h264_pps())});

Buffer idr(std::uint32_t id = 0) {
  return h264_slice({.is_idr = true, .type = 7, .idr_pic_id = id});
}
Buffer p_slice(std::uint32_t frame_num, std::uint32_t order) {
  return h264_slice({.frame_num = frame_num, .order = order});
}

TEST(H264Framer, GivesAccessUnitsWithLengths) {
  const Buffer filler = hex("0c ff ff 80");
  const Buffer sei = hex("06 04 02 aa bb 80");
  const auto out = frame_h264(
      {{joined({coded(h264_delimiter()), kSets, coded(idr()), coded(filler)}), 3600, 0},
       {joined({coded(h264_delimiter()), coded(sei), coded(p_slice(1, 2), false)}), 7200, 3600}});
  ASSERT_EQ(out.size(), 2u);
  EXPECT_EQ(out[0].data, joined({stored(h264_sps()), stored(h264_pps()), stored(idr())}));
  EXPECT_EQ(out[0].sap, Sap::kClosed);
  EXPECT_EQ(out[0].dts, 0);
  EXPECT_EQ(out[0].pts, 3600);
  EXPECT_EQ(out[0].duration, 3600);
  EXPECT_EQ(out[0].revision, 1u);
  EXPECT_EQ(out[1].data, joined({stored(sei), stored(p_slice(1, 2))}));
  EXPECT_EQ(out[1].sap, Sap::kNone);
  EXPECT_EQ(out[1].pts, 7200);
}

TEST(H264Framer, SplitsWithoutDelimiters) {
  const Buffer second_slice = h264_slice({.first_mb = 150, .frame_num = 1, .order = 2});
  const auto out = frame_h264({{joined({kSets, coded(idr())}), 0, {}},
                               {coded(p_slice(1, 2)), 3600, {}},
                               {coded(second_slice), {}, {}},
                               {coded(p_slice(2, 4)), 7200, {}}});
  ASSERT_EQ(out.size(), 3u);
  EXPECT_EQ(out[1].data, joined({stored(p_slice(1, 2)), stored(second_slice)}));
  EXPECT_EQ(out[1].dts, 3600);
  EXPECT_EQ(out[2].dts, 7200);
}

TEST(H264Framer, SplitsAllIntraStreamsThatRepeatTheirId) {
  const auto out = frame_h264({{joined({kSets, coded(idr()), coded(idr()), coded(idr())}), 0, {}}});
  ASSERT_EQ(out.size(), 3u);
  EXPECT_EQ(out[2].dts, 7200);
  EXPECT_EQ(out[2].data, out[0].data);
}

TEST(H264Framer, PutsParameterSetsInFrontOfEveryKeyFrame) {
  const auto out = frame_h264({{joined({kSets, coded(idr())}), 0, {}},
                               {coded(p_slice(1, 2)), 3600, {}},
                               {joined({coded(h264_delimiter()), coded(idr(1))}), 7200, {}},
                               {joined({coded(h264_sps()), coded(idr(2))}), 10'800, {}}});
  ASSERT_EQ(out.size(), 4u);
  EXPECT_EQ(out[2].data, joined({stored(h264_sps()), stored(h264_pps()), stored(idr(1))}));
  EXPECT_EQ(out[3].data, joined({stored(h264_pps()), stored(h264_sps()), stored(idr(2))}));
  EXPECT_EQ(out[3].revision, 1u);
}

TEST(H264Framer, BeginsAtAKeyFrame) {
  auto framer = make_framer(CodecId::kH264);
  const auto out = frame(*framer, {{joined({kSets, coded(p_slice(1, 2))}), 0, {}},
                                   {coded(idr()), 3600, {}},
                                   {coded(p_slice(1, 2)), 7200, {}}});
  ASSERT_EQ(out.size(), 2u);
  EXPECT_EQ(out[0].dts, 3600);
  EXPECT_GT(framer->counters().skipped_bytes, 100u);
  EXPECT_EQ(framer->counters().frames, 2u);
}

TEST(H264Framer, TakesAnIntraPictureWithRecoveryPointForAnOpenStart) {
  const Buffer intra = h264_slice({.type = 7, .frame_num = 1, .order = 2});
  const Buffer intra_other = h264_slice({.type = 7, .frame_num = 2, .order = 4});
  const auto out =
      frame_h264({{joined({kSets, coded(h264_recovery_sei()), coded(intra)}), 0, {}},
                  {coded(intra_other), 3600, {}},
                  {joined({coded(h264_recovery_sei()), coded(p_slice(3, 6))}), 7200, {}}});
  ASSERT_EQ(out.size(), 3u);
  EXPECT_EQ(out[0].sap, Sap::kOpen);
  EXPECT_EQ(out[1].sap, Sap::kNone);
  EXPECT_EQ(out[2].sap, Sap::kNone);
}

TEST(H264Framer, TakesGradualRefreshWhereThereIsNothingElse) {
  std::vector<Pes> stream{{kSets, {}, {}}};
  for (std::uint32_t i = 0; i < 600; ++i) {
    const Buffer slice = coded(p_slice(i, 2 * i));
    const bool has_recovery = i % 50 == 0;
    stream.push_back({has_recovery ? joined({coded(h264_recovery_sei()), slice}) : slice,
                      3600 * static_cast<std::int64_t>(i),
                      {}});
  }
  stream.push_back({coded(idr()), 3600 * 600, {}});
  stream.push_back({joined({coded(h264_recovery_sei()), coded(p_slice(1, 2))}), 3600 * 601, {}});
  const auto out = frame_h264(stream);
  ASSERT_EQ(out.size(), 352u);
  EXPECT_EQ(out[0].dts, 3600 * 250);
  EXPECT_EQ(out[0].sap, Sap::kOpen);
  EXPECT_EQ(out[1].sap, Sap::kNone);
  EXPECT_EQ(out[50].sap, Sap::kOpen);
  EXPECT_EQ(out[350].sap, Sap::kClosed);
  EXPECT_EQ(out[351].sap, Sap::kNone);
}

Buffer field(bool is_bottom, std::uint32_t frame_num, std::uint32_t order, bool is_idr = false) {
  return h264_slice({.is_idr = is_idr,
                     .type = is_idr ? 7U : 5U,
                     .frame_num = frame_num,
                     .is_bottom = is_bottom,
                     .order = order});
}
const Buffer kFieldSets =
    joined({coded(h264_sps({.is_frame_mbs_only = false})), coded(h264_pps())});

TEST(H264Framer, JoinsTheFieldsOfAFrame) {
  const auto out = frame_h264(
      {{joined({coded(h264_delimiter()), kFieldSets, coded(field(false, 0, 0, true))}), 3600, 0},
       {joined({coded(h264_delimiter()), coded(field(true, 0, 1))}), 5400, 1800},
       {joined({coded(h264_delimiter()), coded(field(false, 1, 2))}), 7200, 3600},
       {joined({coded(h264_delimiter()), coded(hex("06 04 01 aa 80")), coded(field(true, 1, 3))}),
        9000, 5400}});
  ASSERT_EQ(out.size(), 2u);
  EXPECT_EQ(out[0].sap, Sap::kClosed);
  EXPECT_EQ(out[0].pts, 3600);
  EXPECT_EQ(out[0].duration, 3600);
  EXPECT_EQ(out[1].dts, 3600);
  EXPECT_EQ(out[1].data, joined({stored(field(false, 1, 2)), stored(hex("06 04 01 aa 80")),
                                 stored(field(true, 1, 3))}));
}

TEST(H264Framer, LetsALoneFieldStandAlone) {
  // The second field of frame 1 was lost.
  const auto out = frame_h264(
      {{joined({kFieldSets, coded(field(false, 0, 0, true)), coded(field(true, 0, 1))}), 0, {}},
       {joined({coded(h264_delimiter()), coded(field(false, 1, 2))}), 3600, {}},
       {joined({coded(h264_delimiter()), coded(field(false, 2, 4))}), 7200, {}},
       {joined({coded(h264_delimiter()), coded(field(true, 2, 5))}), 9000, {}}});
  ASSERT_EQ(out.size(), 3u);
  EXPECT_EQ(out[1].data, stored(field(false, 1, 2)));
  EXPECT_EQ(out[2].dts, 7200);
  EXPECT_EQ(out[2].data, joined({stored(field(false, 2, 4)), stored(field(true, 2, 5))}));
}

TEST(H264Framer, KeepsPrefixUnitsWithTheirSlice) {
  const Buffer prefix = hex("6e 40 80 40 5f");
  const Buffer second = h264_slice({.first_mb = 9, .frame_num = 1, .order = 2});
  const auto out = frame_h264(
      {{joined({kSets, coded(prefix), coded(idr())}), 0, {}},
       {joined({coded(prefix), coded(p_slice(1, 2)), coded(prefix), coded(second)}), 3600, {}}});
  ASSERT_EQ(out.size(), 2u);
  EXPECT_EQ(out[1].dts, 3600);
  EXPECT_EQ(out[1].data,
            joined({stored(prefix), stored(p_slice(1, 2)), stored(prefix), stored(second)}));
}

TEST(H264Framer, TellsOfANewFormatWithItsFirstSample) {
  const Buffer large = h264_sps({.width_mbs = 40});
  auto framer = make_framer(CodecId::kH264);
  framer->feed(joined({kSets, coded(idr())}), {media::Timestamp{0}, {}});
  framer->feed(joined({coded(large), coded(h264_pps()), coded(idr(1))}),
               {media::Timestamp{3600}, {}});
  framer->flush();
  EXPECT_EQ(framer->format_revision(), 1u);
  EXPECT_EQ(framer->format()->video.width, 320u);
  ASSERT_TRUE(framer->next());
  EXPECT_EQ(framer->format()->video.width, 320u);
  ASSERT_TRUE(framer->next());
  EXPECT_EQ(framer->format()->video.width, 640u);
  EXPECT_EQ(framer->format_revision(), 2u);
}

TEST(H264Framer, TakesAnotherPictureParameterSetForNoNewFormat) {
  const Buffer other = h264_pps(0, 0, 3);
  const auto out = frame_h264({{joined({kSets, coded(idr())}), 0, {}},
                               {joined({coded(other), coded(idr(1))}), 3600, {}},
                               {coded(idr(2)), 7200, {}}});
  ASSERT_EQ(out.size(), 3u);
  EXPECT_EQ(out[2].revision, 1u);
  EXPECT_EQ(out[2].data, joined({stored(h264_sps()), stored(other), stored(idr(2))}));
}

TEST(H264Framer, DropsTheUnfinishedFrameAfterALoss) {
  auto framer = make_framer(CodecId::kH264);
  framer->feed(joined({kSets, coded(idr()), coded(p_slice(1, 2))}), {media::Timestamp{0}, {}});
  framer->note_loss();
  framer->feed(joined({Buffer(50, 0xAB), coded(p_slice(2, 4)), coded(p_slice(3, 6))}),
               {media::Timestamp{7200}, {}});
  framer->flush();
  const auto out = take(*framer);
  ASSERT_EQ(out.size(), 3u);
  EXPECT_EQ(out[1].dts, 7200);
  EXPECT_EQ(out[1].data, stored(p_slice(2, 4)));
  EXPECT_EQ(framer->counters().bad_frames, 1u);
}

TEST(H264Framer, CompletesAFrameWhenTheNextIsSeen) {
  auto framer = make_framer(CodecId::kH264);
  framer->feed(joined({kSets, coded(idr())}), {media::Timestamp{0}, {}});
  EXPECT_FALSE(framer->next());
  framer->feed(joined({coded(h264_delimiter()), hex("000001")}), {media::Timestamp{3600}, {}});
  EXPECT_TRUE(framer->next());

  const Buffer next = coded(p_slice(1, 2));
  auto bare = make_framer(CodecId::kH264);
  bare->feed(joined({kSets, coded(idr())}), {media::Timestamp{0}, {}});
  bare->feed(Bytes(next).first(4 + 72), {media::Timestamp{3600}, {}});
  EXPECT_TRUE(bare->next());
}

TEST(H264Framer, GivesTheSameInPieces) {
  const std::vector<Pes> stream{
      {joined({coded(h264_delimiter()), kFieldSets, coded(field(false, 0, 0, true))}), 3600, 0},
      {joined({coded(h264_delimiter()), coded(field(true, 0, 1)), coded(h264_delimiter()),
               coded(field(false, 1, 2))}),
       5400, 1800},
      {joined({coded(field(true, 1, 3)), hex("000000000000"), coded(field(false, 2, 4))}), {}, {}},
      {joined({coded(h264_recovery_sei()), coded(field(false, 3, 6)), Buffer(5, 0)}), 20'000, {}}};
  const auto whole = frame_h264(stream);
  ASSERT_EQ(whole.size(), 4u);
  for (std::size_t piece = 1; piece < 300; piece += piece < 80 ? 1 : 17) {
    EXPECT_EQ(frame_h264(stream, piece), whole) << "pieces of " << piece;
  }
}

TEST(H264Framer, CutShortGivesTheFramesInFront) {
  const Buffer bytes = joined({kSets, coded(idr()), coded(p_slice(1, 2)), coded(p_slice(2, 4))});
  const auto whole = frame_h264({{bytes, 0, {}}});
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto out = frame_h264(
        {{Buffer(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)), 0, {}}});
    for (std::size_t i = 0; i + 1 < out.size(); ++i) EXPECT_EQ(out[i].data, whole[i].data);
  }
}

}  // namespace
}  // namespace flu::codec
