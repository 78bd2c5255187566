#include "libcommon/codec/mpeg_audio.h"

#include <gtest/gtest.h>

#include "tests/unit/codec/audio_builder.h"

namespace flu::codec {
namespace {

TEST(MpegAudioHeader, KnowsEveryLayerAndVersion) {
  struct Case {
    const char* bytes;
    unsigned layer;
    std::uint32_t rate;
    std::uint32_t channels;
    std::uint32_t samples;
    std::size_t size;
  };
  for (const Case& c :
       {Case{"ff fb 92 64", 3, 44'100, 2, 1152, 418}, Case{"ff fd 84 c0", 2, 48'000, 1, 1152, 384},
        Case{"ff ff 44 00", 1, 48'000, 2, 384, 128}, Case{"ff f3 84 c0", 3, 24'000, 1, 576, 192},
        Case{"ff f5 80 00", 2, 22'050, 2, 1152, 417}, Case{"ff e3 48 00", 3, 8'000, 2, 576, 288}}) {
    const auto header = parse_mpeg_audio_header(hex(c.bytes));
    ASSERT_TRUE(header) << c.bytes;
    EXPECT_EQ(header->layer, c.layer) << c.bytes;
    EXPECT_EQ(header->sample_rate, c.rate) << c.bytes;
    EXPECT_EQ(header->channels, c.channels) << c.bytes;
    EXPECT_EQ(header->samples, c.samples) << c.bytes;
    EXPECT_EQ(header->frame_size, c.size) << c.bytes;
  }
}

TEST(MpegAudioHeader, RefusesReservedValues) {
  for (const char* bytes : {"ff eb 92 64", "ff f9 92 64", "ff fb 02 64", "ff fb f2 64",
                            "ff fb 9e 64", "fe fb 92 64", "ff fb 92"}) {
    EXPECT_FALSE(parse_mpeg_audio_header(hex(bytes))) << bytes;
  }
}

TEST(MpegAudioParser, NamesTheCodecByItsLayer) {
  MpegAudioParser parser;
  std::vector<AudioPayload> out;
  ASSERT_TRUE(parser.unpack(mp2(), out));
  EXPECT_EQ(parser.track().codec, media::CodecId::kMp2);
  EXPECT_EQ(parser.track().nominal_duration.count(), 2160);
  EXPECT_TRUE(parser.track().config.empty());
  ASSERT_TRUE(parser.unpack(mp3(true), out));
  EXPECT_EQ(parser.track().codec, media::CodecId::kMp3);
  EXPECT_EQ(out[1].data, mp3(true));
}

}  // namespace
}  // namespace flu::codec
