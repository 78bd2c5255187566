#include "libcommon/codec/framer.h"

#include <gtest/gtest.h>

namespace flu::codec {
namespace {

TEST(MakeFramer, KnowsEveryCodec) {
  for (unsigned i = 0; i <= static_cast<unsigned>(media::CodecId::kTeletext); ++i) {
    const auto codec = static_cast<media::CodecId>(i);
    const auto framer = make_framer(codec);
    ASSERT_TRUE(framer) << to_string(codec);
    framer->feed({}, {});
    framer->note_loss();
    framer->flush();
    EXPECT_FALSE(framer->next()) << to_string(codec);
    EXPECT_EQ(framer->counters().frames, 0u) << to_string(codec);
  }
}

TEST(MakeFramer, SurvivesNoise) {
  Buffer noise(20'000);
  std::uint32_t state = 1;
  for (std::uint8_t& byte : noise) {
    state = state * 1'664'525 + 1'013'904'223;
    byte = static_cast<std::uint8_t>(state >> 24);
  }
  for (unsigned i = 0; i <= static_cast<unsigned>(media::CodecId::kTeletext); ++i) {
    const auto framer = make_framer(static_cast<media::CodecId>(i));
    framer->feed(noise, {media::Timestamp{0}, {}});
    framer->flush();
    while (framer->next()) {
    }
  }
}

}  // namespace
}  // namespace flu::codec
