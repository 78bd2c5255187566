#include "libcommon/codec/aac_adts.h"

#include <gtest/gtest.h>

#include "tests/unit/codec/audio_builder.h"
#include "tests/unit/codec/framing.h"

namespace flu::codec {
namespace {

TEST(AdtsHeader, ReadsItsFields) {
  const auto header = parse_adts_header(adts(8184, 3, 6));
  ASSERT_TRUE(header);
  EXPECT_EQ(header->object_type, 2u);
  EXPECT_EQ(header->frequency_index, 3u);
  EXPECT_EQ(header->channel_configuration, 6u);
  EXPECT_EQ(header->frame_size, 8191u);
  EXPECT_EQ(header->header_size, 7u);
  EXPECT_EQ(header->blocks, 1u);
}

TEST(AdtsHeader, RefusesWhatIsNone) {
  EXPECT_FALSE(parse_adts_header(adts(0)));
  EXPECT_FALSE(parse_adts_header(adts(50, 13)));
  EXPECT_FALSE(parse_adts_header(hex("ff f3 50 80 02 00 fc")));  // layer is not 0
  EXPECT_FALSE(parse_adts_header(hex("ff f1 50")));
}

TEST(AdtsParser, GivesRawFramesAndTheirConfig) {
  AdtsParser parser;
  std::vector<AudioPayload> out;
  ASSERT_TRUE(parser.unpack(adts(50), out));
  EXPECT_EQ(out[0].data, adts_payload(50));
  EXPECT_EQ(out[0].samples, 1024u);
  EXPECT_EQ(parser.track().config, hex("12 10"));
  EXPECT_EQ(parser.track().audio, (media::AudioFormat{44'100, 2, 1024}));
  EXPECT_EQ(parser.track().nominal_duration.count(), 2090);
}

TEST(AdtsParser, LeavesOutTheChecksum) {
  Buffer bytes = adts(50);
  bytes[1] = 0xF0;  // protected: two of the payload's bytes are its checksum
  AdtsParser parser;
  std::vector<AudioPayload> out;
  ASSERT_TRUE(parser.unpack(bytes, out));
  EXPECT_EQ(out[0].data.size(), 48u);
}

TEST(AdtsParser, TakesChannelsFromTheProgramConfigElement) {
  // Channel configuration 0: front pair, back pair, one LFE; a comment of two bytes.
  Buffer block;
  BitWriter bits(block);
  bits.bits(5, 3);       // id_syn_ele
  bits.bits(0x044, 10);  // tag, object type, frequency index
  bits.bits(1, 4);
  bits.bits(0, 4);
  bits.bits(1, 4);
  bits.bits(1, 2);
  bits.bits(0, 7);
  bits.bits(0, 3);     // no mixdowns
  bits.bits(0x10, 5);  // front pair 0
  bits.bits(0x11, 5);  // back pair 1
  bits.bits(0, 4);     // LFE 0
  bits.align();
  bits.bits(2, 8);
  bits.bits(0xABCD, 16);
  Buffer frame_bytes = adts(block.size() + 20, 4, 0);
  std::copy(block.begin(), block.end(), frame_bytes.begin() + 7);

  AdtsParser parser;
  std::vector<AudioPayload> out;
  ASSERT_TRUE(parser.unpack(frame_bytes, out));
  EXPECT_EQ(parser.track().audio.channels, 5u);
  EXPECT_EQ(parser.track().config, hex("12 00 11 04 05 00 21 10 02 ab cd"));
  EXPECT_FALSE(AdtsParser().unpack(adts(50, 4, 0), out));
}

TEST(AdtsParser, RefusesSeveralBlocksInAFrame) {
  auto framer = make_framer(media::CodecId::kAac);
  EXPECT_TRUE(frame(*framer, {{repeated(adts(50, 4, 2, 2), 3), 0, {}}}).empty());
  EXPECT_EQ(framer->counters().bad_frames, 3u);
  EXPECT_FALSE(framer->format());
}

}  // namespace
}  // namespace flu::codec
