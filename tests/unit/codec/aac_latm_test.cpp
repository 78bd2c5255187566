#include "libcommon/codec/aac_latm.h"

#include <gtest/gtest.h>

#include "tests/unit/codec/audio_builder.h"

namespace flu::codec {
namespace {

TEST(LatmParser, GivesPayloadsAndTheStreamsOwnConfig) {
  LatmParser parser;
  std::vector<AudioPayload> out;
  EXPECT_TRUE(parser.unpack(latm(20, false), out));
  EXPECT_TRUE(out.empty());  // no configuration yet
  ASSERT_TRUE(parser.unpack(latm(300, true), out));
  ASSERT_TRUE(parser.unpack(latm(40, false), out));
  ASSERT_EQ(out.size(), 2u);
  EXPECT_EQ(out[0].data.size(), 300u);
  EXPECT_EQ(out[1].data, adts_payload(40));
  EXPECT_EQ(out[1].samples, 1024u);
  EXPECT_EQ(parser.track().config, hex("12 10"));
}

// Version 1 tells the configuration's length, so that it may hold extensions; two sub-frames.
TEST(LatmParser, ReadsVersion1) {
  Buffer element;
  BitWriter bits(element);
  bits.bits(0, 1);
  bits.bits(2, 2);  // version 1, not A
  bits.bits(0, 2);
  bits.bits(0xFF, 8);  // taraBufferFullness
  bits.bits(1, 1);
  bits.bits(1, 6);
  bits.bits(0, 7);
  bits.bits(0, 2);
  bits.bits(40, 8);  // length of the configuration
  bits.bits(0x1210, 16);
  bits.bits(0x2B7, 11);  // an extension: SBR at 44.1 kHz
  bits.bits(5, 5);
  bits.bits(1, 1);
  bits.bits(4, 4);
  bits.bits(0, 3);
  bits.bits(0, 3);
  bits.bits(0xFF, 8);
  bits.bits(0, 2);
  for (int i = 0; i < 2; ++i) {
    bits.bits(3, 8);
    bits.bits(0x212121, 24);
  }
  Buffer frame{0x56, 0xE0, static_cast<std::uint8_t>(element.size())};
  append(frame, element);
  LatmParser parser;
  std::vector<AudioPayload> out;
  ASSERT_TRUE(parser.unpack(frame, out));
  ASSERT_EQ(out.size(), 2u);
  EXPECT_EQ(out[1].data, adts_payload(3));
  EXPECT_EQ(parser.track().config, hex("12 10 56 e5 a0"));
}

TEST(LatmParser, RefusesPayloadsLongerThanTheirFrame) {
  Buffer bytes = latm(20, true);
  bytes.resize(bytes.size() - 5);
  LatmParser parser;
  std::vector<AudioPayload> out;
  EXPECT_FALSE(parser.unpack(bytes, out));
  for (std::size_t size = 3; size < 12; ++size) {
    EXPECT_FALSE(LatmParser().unpack(Bytes(bytes).first(size), out)) << size;
  }
}

}  // namespace
}  // namespace flu::codec
