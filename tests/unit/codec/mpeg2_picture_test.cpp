#include "libcommon/codec/mpeg2_picture.h"

#include <gtest/gtest.h>

#include "libcommon/codec/framer.h"
#include "tests/unit/codec/es_builder.h"
#include "tests/unit/codec/framing.h"

namespace flu::codec {
namespace {

using media::CodecId;
using media::Sap;

const Buffer kSequence =
    joined({hex("000001 b3 14 00 f0 23 ff ff e0 18"), hex("000001 b5 14 82 00 01 00 00")});

Buffer group(bool is_closed) {
  return joined(
      {hex("000001 b8 00 08 00"), Buffer{static_cast<std::uint8_t>(is_closed ? 0x40 : 0)}});
}

struct PictureFields {
  std::uint32_t reference = 0;
  std::uint32_t type = 1;  // I, P, B
  std::uint32_t structure = 3;
};

Buffer picture(const PictureFields& f) {
  Buffer header;
  BitWriter bits(header);
  bits.bits(f.reference, 10);
  bits.bits(f.type, 3);
  bits.bits(0xFFFF, 16);
  bits.bits(0, 3);
  const auto structure = static_cast<std::uint8_t>(f.structure);
  return joined({hex("000001 00"), header, hex("000001 b5 8f ff"), Buffer{structure}, hex("80 00"),
                 hex("000001 01"), Buffer(60, static_cast<std::uint8_t>(0x20 + f.reference)),
                 hex("00 00"), hex("000001 02 55 66")});
}

std::vector<Framed> frame_mpeg2(const std::vector<Pes>& stream, std::size_t piece = 0) {
  return frame(CodecId::kMpeg2Video, stream, piece);
}

TEST(Mpeg2Framer, GivesPicturesWithTheirHeaders) {
  const Buffer first = joined({kSequence, group(true), picture({})});
  const Buffer second = picture({.reference = 1, .type = 2});
  const auto out = frame_mpeg2({{first, 3600, 0}, {second, 7200, 3600}});
  ASSERT_EQ(out.size(), 2u);
  EXPECT_EQ(out[0].data, first);
  EXPECT_EQ(out[0].sap, Sap::kClosed);
  EXPECT_EQ(out[1].data, second);
  EXPECT_EQ(out[1].sap, Sap::kNone);
}

TEST(Mpeg2Framer, TakesAnOpenGroupForAnOpenStart) {
  const auto out =
      frame_mpeg2({{joined({kSequence, group(false), picture({.reference = 2})}), 0, {}},
                   {picture({.reference = 0, .type = 3}), 3600, {}},
                   {joined({group(true), picture({})}), 7200, {}},
                   {joined({kSequence, picture({.reference = 1})}), 10'800, {}}});
  ASSERT_EQ(out.size(), 4u);
  EXPECT_EQ(out[0].sap, Sap::kOpen);
  EXPECT_EQ(out[2].sap, Sap::kNone);  // without a sequence header nothing can be decoded from here
  EXPECT_EQ(out[3].sap, Sap::kOpen);
}

TEST(Mpeg2Framer, JoinsTheFieldsOfAFrame) {
  const Buffer top = picture({.reference = 4, .type = 1, .structure = 1});
  const Buffer bottom = picture({.reference = 4, .type = 2, .structure = 2});
  const Buffer lone = picture({.reference = 5, .type = 2, .structure = 1});
  const Buffer other = picture({.reference = 6, .type = 2, .structure = 2});
  const auto out = frame_mpeg2({{joined({kSequence, group(true), top}), 0, {}},
                                {bottom, 1800, {}},
                                {joined({lone, other}), 3600, {}}});
  ASSERT_EQ(out.size(), 3u);
  EXPECT_EQ(out[0].data, joined({kSequence, group(true), top, bottom}));
  EXPECT_EQ(out[0].sap, Sap::kClosed);
  EXPECT_EQ(out[1].data, lone);
  EXPECT_EQ(out[2].data, other);
}

TEST(Mpeg2Framer, DerivesTimesFromTheTemporalReference) {
  // I2 B0 B1 P5 B3 B4, with times for the first alone.
  const auto out = frame_mpeg2(
      {{joined({kSequence, group(false), picture({.reference = 2})}), 10'800, 0},
       {joined({picture({.reference = 0, .type = 3}), picture({.reference = 1, .type = 3}),
                picture({.reference = 5, .type = 2}), picture({.reference = 3, .type = 3})}),
        {},
        {}}});
  ASSERT_EQ(out.size(), 5u);
  const std::int64_t pts[] = {10'800, 3600, 7200, 21'600, 14'400};
  for (std::size_t i = 0; i < out.size(); ++i) {
    EXPECT_EQ(out[i].pts, std::max(pts[i], out[i].dts)) << i;
  }
}

TEST(Mpeg2Framer, KeepsItsFormatWhenOnlyTheBitRateChanges) {
  Buffer slower = kSequence;
  slower[8] = 0x12;
  Buffer larger = kSequence;
  larger[6] = 0xF1;
  const auto out = frame_mpeg2({{joined({kSequence, picture({})}), 0, {}},
                                {joined({slower, picture({})}), 3600, {}},
                                {joined({larger, picture({})}), 7200, {}}});
  ASSERT_EQ(out.size(), 3u);
  EXPECT_EQ(out[1].revision, 1u);
  EXPECT_EQ(out[2].revision, 2u);
}

TEST(Mpeg2Framer, GivesTheSameInPieces) {
  const std::vector<Pes> stream{
      {joined({kSequence, group(true), picture({.reference = 1})}), 0, {}},
      {joined({picture({.reference = 0, .type = 3, .structure = 1}),
               picture({.reference = 0, .type = 3, .structure = 2}),
               picture({.reference = 2, .type = 2, .structure = 2})}),
       3600,
       {}},
      {joined({picture({.reference = 3, .type = 2}), hex("000001 b7")}), {}, {}}};
  const auto whole = frame_mpeg2(stream);
  ASSERT_EQ(whole.size(), 4u);
  for (std::size_t piece = 1; piece < 150; ++piece) {
    EXPECT_EQ(frame_mpeg2(stream, piece), whole) << "pieces of " << piece;
  }
}

}  // namespace
}  // namespace flu::codec
