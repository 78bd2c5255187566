#include "libcommon/codec/ac3.h"

#include <gtest/gtest.h>

#include "tests/unit/codec/audio_builder.h"
#include "tests/unit/codec/framing.h"

namespace flu::codec {
namespace {

TEST(Ac3Header, OfBothKinds) {
  const auto basic = parse_ac3_header(ac3());
  ASSERT_TRUE(basic);
  EXPECT_EQ(basic->frame_size, 128u);
  EXPECT_EQ(basic->sample_rate, 48'000u);
  EXPECT_EQ(basic->channels(), 1u);
  const auto enhanced = parse_ac3_header(eac3({}));
  ASSERT_TRUE(enhanced);
  EXPECT_TRUE(enhanced->is_enhanced);
  EXPECT_EQ(enhanced->frame_size, 64u);
  EXPECT_EQ(enhanced->channels(), 6u);
  EXPECT_FALSE(parse_ac3_header(hex("0b 77 00 00 c0 40 00 00")));  // fscod 3
  EXPECT_FALSE(parse_ac3_header(hex("0b 77 00 00 26 40 00 00")));  // frmsizecod 38
  EXPECT_FALSE(parse_ac3_header(hex("0b 77")));
}

TEST(Ac3Header, FrameSizesAt44100) {
  // 192 kbit/s: 417 or 418 words.
  EXPECT_EQ(parse_ac3_header(hex("0b 77 00 00 54 40 40 00"))->frame_size, 834u);
  EXPECT_EQ(parse_ac3_header(hex("0b 77 00 00 55 40 40 00"))->frame_size, 836u);
}

TEST(Ac3Framer, DescribesAc3) {
  auto framer = make_framer(media::CodecId::kEac3);  // the stream knows better
  const auto out = frame(*framer, {{repeated(ac3(), 3), 0, {}}});
  ASSERT_EQ(out.size(), 3u);
  EXPECT_EQ(out[1].dts, 2880);
  EXPECT_EQ(out[1].data, ac3());
  EXPECT_EQ(framer->format()->codec, media::CodecId::kAc3);
  EXPECT_EQ(framer->format()->config, hex("10 08 00"));
  EXPECT_EQ(framer->format()->audio, (media::AudioFormat{48'000, 1, 1536}));
}

TEST(Ac3Framer, GathersSixBlocksOfAllSubstreams) {
  const Buffer base = eac3({.blocks_code = 1});  // two blocks
  // Lrs/Rrs pair
  const Buffer more = eac3(
      {.is_dependent = true, .acmod = 2, .has_lfe = false, .channel_map = 1U << 9, .size = 40});
  const Buffer unit = joined({base, more, base, more, base, more});
  auto framer = make_framer(media::CodecId::kEac3);
  const auto out = frame(*framer, {{repeated(unit, 3), 0, {}}});
  ASSERT_EQ(out.size(), 3u);
  EXPECT_EQ(out[2].data, unit);
  EXPECT_EQ(out[2].dts, 5760);
  EXPECT_EQ(framer->format()->codec, media::CodecId::kEac3);
  EXPECT_EQ(framer->format()->audio.channels, 8u);
  // 78 kbit/s; one independent substream with one dependent, chan_loc bit 1.
  EXPECT_EQ(framer->format()->config, hex("02 70 20 0f 02 02"));
}

TEST(Ac3Framer, KeepsTheFirstDataRate) {
  auto framer = make_framer(media::CodecId::kEac3);
  const auto out =
      frame(*framer, {{joined({repeated(eac3({}), 3), repeated(eac3({.size = 200}), 3)}), 0, {}}});
  ASSERT_EQ(out.size(), 6u);
  EXPECT_EQ(out[5].revision, 1u);
}

}  // namespace
}  // namespace flu::codec
