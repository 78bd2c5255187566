#include "libcommon/codec/private_data.h"

#include <gtest/gtest.h>

#include "tests/unit/codec/bytes_of.h"
#include "tests/unit/codec/framing.h"

namespace flu::codec {
namespace {

TEST(PrivateDataFramer, GivesOneSampleAPacket) {
  const Buffer descriptor = hex("65 6e 67 10 00 01 00 02");
  auto framer = make_framer(media::CodecId::kDvbSubtitle, descriptor);
  ASSERT_TRUE(framer->format());
  EXPECT_EQ(framer->format()->config, descriptor);
  EXPECT_EQ(framer->format()->kind, media::TrackKind::kSubtitle);
  const auto out = frame(*framer, {{hex("20 00 0f ff"), 900, {}},
                                   {hex("21 00 0f ff"), 1800, {}},
                                   {hex("20 00 0f ff"), {}, {}},
                                   {hex("20 00 ff"), 2700, {}}});
  ASSERT_EQ(out.size(), 2u);
  EXPECT_EQ(out[0].data, hex("20 00 0f ff"));
  EXPECT_EQ(out[0].sap, media::Sap::kClosed);
  EXPECT_EQ(out[1].pts, 2700);
  EXPECT_EQ(framer->counters().bad_frames, 2u);
}

TEST(PrivateDataFramer, TakesEbuDataForTeletext) {
  const auto out =
      frame(media::CodecId::kTeletext, {{hex("10 02 2c 55"), 0, {}}, {hex("20 02 2c 55"), 1, {}}});
  EXPECT_EQ(out.size(), 1u);
}

}  // namespace
}  // namespace flu::codec
