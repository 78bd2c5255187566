#include "libcommon/codec/aac_silence.h"

#include <gtest/gtest.h>

#include "tests/unit/codec/bytes_of.h"

namespace flu::codec {
namespace {

// Read against ISO 14496-3 4.4.2 by hand; decoders have their say in e2e.serve.sound-away.
TEST(AacSilence, OfOneAndTwoChannels) {
  EXPECT_EQ(silent_aac_frame(hex("11 88")), hex("00 00 00 07"));        // 48 kHz, mono
  EXPECT_EQ(silent_aac_frame(hex("12 10")), hex("21 00 00 00 00 1c"));  // 44.1 kHz, stereo
}

TEST(AacSilence, OfSbrIsThatOfItsCore) {
  EXPECT_EQ(silent_aac_frame(hex("2b 8a 08 00")), silent_aac_frame(hex("11 88")));
}

TEST(AacSilence, OfMoreChannelsHasAnElementForEach) {
  // 5.1: single 0, pair 0, pair 1, low frequency, end: 29 + 43 + 43 + 29 + 3 bits.
  const auto frame = silent_aac_frame(hex("11 b0"));
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->size(), 19U);
  EXPECT_TRUE(silent_aac_frame(hex("11 b8")));
}

TEST(AacSilence, OfOthersIsNotKnown) {
  EXPECT_FALSE(silent_aac_frame(hex("0a 10"))) << "Main";
  EXPECT_FALSE(silent_aac_frame(hex("11 80"))) << "channels by a program config";
  EXPECT_FALSE(silent_aac_frame(hex("11 c0"))) << "a reserved configuration";
  EXPECT_FALSE(silent_aac_frame({}));
}

}  // namespace
}  // namespace flu::codec
