#include "libcommon/codec/aac_config.h"

#include <gtest/gtest.h>

#include "tests/unit/codec/bytes_of.h"

namespace flu::codec {
namespace {

Result<AacConfig> parsed(const Buffer& bytes) {
  BitReader bits(bytes);
  return parse_aac_config(bits);
}

TEST(AacConfig, OfLowComplexity) {
  const auto config = parsed(hex("12 10"));
  ASSERT_TRUE(config);
  EXPECT_EQ(config->object_type, 2u);
  EXPECT_EQ(config->frequency_index, 4u);
  EXPECT_EQ(config->sample_rate, 44'100u);
  EXPECT_EQ(config->channels, 2u);
  EXPECT_EQ(config->samples_per_frame, 1024u);
}

TEST(AacConfig, OfHighEfficiency) {
  // SBR over mono 22.05 kHz; with PS it is stereo.
  const auto sbr = parsed(hex("2b 8a 08 00"));
  ASSERT_TRUE(sbr);
  EXPECT_EQ(sbr->object_type, 5u);
  EXPECT_EQ(sbr->core_type, 2u);
  EXPECT_EQ(sbr->sample_rate, 44'100u);
  EXPECT_EQ(sbr->channels, 1u);
  EXPECT_EQ(sbr->samples_per_frame, 2048u);
  const auto ps = parsed(hex("eb 8a 08 00"));
  ASSERT_TRUE(ps);
  EXPECT_EQ(ps->object_type, 29u);
  EXPECT_EQ(ps->channels, 2u);
}

TEST(AacConfig, WithARateOfItsOwn) {
  Buffer bytes;
  BitWriter bits(bytes);
  bits.bits(2, 5);
  bits.bits(15, 4);
  bits.bits(44'056, 24);
  bits.bits(7, 4);
  bits.bits(4, 3);  // 960 samples
  const auto config = parsed(bytes);
  ASSERT_TRUE(config);
  EXPECT_EQ(config->sample_rate, 44'056u);
  EXPECT_EQ(config->channels, 8u);
  EXPECT_EQ(config->samples_per_frame, 960u);
}

TEST(AacConfig, RefusesWhatItCannotTell) {
  EXPECT_FALSE(parsed(hex("12")));     // cut short
  EXPECT_FALSE(parsed(hex("16 90")));  // a reserved frequency index
  EXPECT_FALSE(parsed(hex("12 00")));  // channels in an element that is not there
  const auto usac = parsed(hex("f9 46 40 00"));
  ASSERT_FALSE(usac);
  EXPECT_EQ(usac.error().code, ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace flu::codec
