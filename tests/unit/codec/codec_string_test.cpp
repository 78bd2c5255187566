#include "libcommon/codec/codec_string.h"

#include <gtest/gtest.h>

#include "tests/unit/codec/bytes_of.h"

namespace flu::codec {
namespace {

using media::CodecId;

std::string string_of(CodecId codec, const Buffer& config = {}, std::uint32_t rate = 48'000) {
  media::Track track;
  track.kind = kind_of(codec);
  track.codec = codec;
  track.config = config;
  track.audio.sample_rate = rate;
  return codec_string(track);
}

TEST(CodecString, OfVideo) {
  EXPECT_EQ(string_of(CodecId::kH264, hex("01 64 00 1f ff")), "avc1.64001f");
  EXPECT_EQ(string_of(CodecId::kHevc, hex("01 01 60000000 900000000000 5d f0")), "hvc1.1.6.L93.90");
  EXPECT_EQ(string_of(CodecId::kHevc, hex("01 22 20000000 b00000000000 96 f0")),
            "hvc1.2.4.H150.B0");
  EXPECT_EQ(string_of(CodecId::kHevc, hex("01 41 60000000 000000000000 5d f0")), "hvc1.A1.6.L93");
  EXPECT_EQ(string_of(CodecId::kHevc, hex("01 01 60000000 900000000100 5d f0")),
            "hvc1.1.6.L93.90.0.0.0.1");
  EXPECT_EQ(string_of(CodecId::kMpeg2Video), "mp4v.61");
}

TEST(CodecString, OfAudio) {
  EXPECT_EQ(string_of(CodecId::kAac, hex("12 10")), "mp4a.40.2");
  EXPECT_EQ(string_of(CodecId::kAac, hex("2b 8a 08 00")), "mp4a.40.5");
  EXPECT_EQ(string_of(CodecId::kMp3), "mp4a.6B");
  EXPECT_EQ(string_of(CodecId::kMp2, {}, 24'000), "mp4a.69");
  EXPECT_EQ(string_of(CodecId::kAc3), "ac-3");
  EXPECT_EQ(string_of(CodecId::kEac3), "ec-3");
  EXPECT_EQ(string_of(CodecId::kOpus), "opus");
}

TEST(CodecString, IsEmptyWhereThereIsNone) {
  EXPECT_EQ(string_of(CodecId::kDvbSubtitle), "");
  EXPECT_EQ(string_of(CodecId::kTeletext), "");
  EXPECT_EQ(string_of(CodecId::kH264), "");
  EXPECT_EQ(string_of(CodecId::kHevc, hex("01")), "");
}

}  // namespace
}  // namespace flu::codec
