#include "libcommon/codec/opus.h"

#include <gtest/gtest.h>

#include "tests/unit/codec/audio_builder.h"

namespace flu::codec {
namespace {

TEST(OpusPacket, TellsItsDuration) {
  EXPECT_EQ(opus_packet_samples(hex("fc")), 960u);      // CELT 20 ms
  EXPECT_EQ(opus_packet_samples(hex("80")), 120u);      // CELT 2.5 ms
  EXPECT_EQ(opus_packet_samples(hex("18")), 2880u);     // SILK 60 ms
  EXPECT_EQ(opus_packet_samples(hex("61")), 960u);      // hybrid, two of 10 ms
  EXPECT_EQ(opus_packet_samples(hex("ff 06")), 5760u);  // six of 20 ms
  EXPECT_FALSE(opus_packet_samples(hex("ff 07")));      // 140 ms
  EXPECT_FALSE(opus_packet_samples(hex("ff 00")));
  EXPECT_FALSE(opus_packet_samples(hex("ff")));
  EXPECT_FALSE(opus_packet_samples({}));
}

TEST(OpusControl, ReadsEveryField) {
  OpusControlHeader header;
  const Buffer bytes = hex("7f fc ff 05 00 10 00 20 02 aa bb");
  EXPECT_EQ(parse_opus_control(bytes, header), OpusControl::kWhole);
  EXPECT_EQ(header.header_size, 11u);
  EXPECT_EQ(header.packet_size, 260u);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(parse_opus_control(Bytes(bytes).first(size), header), OpusControl::kShort) << size;
  }
  EXPECT_EQ(parse_opus_control(hex("7f c0 05"), header), OpusControl::kNone);
  EXPECT_EQ(parse_opus_control(hex("7f e0 00"), header), OpusControl::kNone);
}

TEST(OpusParser, TakesChannelsFromDescriptorOrPacket) {
  std::vector<AudioPayload> out;
  OpusParser plain({});
  ASSERT_TRUE(plain.unpack(opus(10, false), out));
  EXPECT_EQ(plain.track().config, hex("00 01 0000 0000bb80 0000 00"));
  EXPECT_EQ(out[0].data.size(), 10u);
  EXPECT_EQ(out[0].samples, 960u);

  OpusParser surround(hex("80 06"));
  ASSERT_TRUE(surround.unpack(opus(10), out));
  EXPECT_EQ(surround.track().config, hex("00 06 0000 0000bb80 0000 01 04 02 00 04 01 02 03 05"));
  EXPECT_EQ(surround.track().audio.channels, 6u);

  OpusParser dual(hex("80 00"));
  ASSERT_TRUE(dual.unpack(opus(10), out));
  EXPECT_EQ(dual.track().audio.channels, 2u);
  EXPECT_EQ(dual.track().config[10], 255);
}

}  // namespace
}  // namespace flu::codec
