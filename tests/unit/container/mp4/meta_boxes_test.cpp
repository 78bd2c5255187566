#include "libcommon/container/mp4/meta_boxes.h"

#include <gtest/gtest.h>

#include "libcommon/container/mp4/boxes.h"
#include "tests/support/flu_samples.h"

namespace flu::container {
namespace {

media::Event event() {
  return {std::string(media::kScte35Scheme),
          "1",
          test::kBase,
          media::Ticks{90'000},
          7,
          test::pattern(20)};
}

TEST(MetaBoxes, PrftIsWhatItWas) {
  const ProducerTime time{2, 0xEB5F'1234'8000'0000, test::kBase};
  Buffer box;
  ByteWriter out(box);
  write_prft(time, out);
  EXPECT_EQ(box.size(), kPrftBytes);
  EXPECT_EQ(parse_prft(Bytes(box).subspan(8)).value(), time);
}

TEST(MetaBoxes, EmsgIsWhatItWas) {
  for (const std::int64_t duration : {0, 90'000}) {
    media::Event written = event();
    written.duration = media::Ticks{duration};
    Buffer box;
    ByteWriter out(box);
    write_emsg(written, out);
    const auto parsed = parse_emsg(Bytes(box).subspan(8));
    ASSERT_TRUE(parsed && *parsed);
    EXPECT_EQ((*parsed)->event, written);
    EXPECT_FALSE((*parsed)->is_relative);
  }
}

TEST(MetaBoxes, EmsgOfVersionZeroIsRelativeAndOfItsOwnTimescale) {
  Buffer payload;
  ByteWriter out(payload);
  out.u32(0);
  out.text("urn:a");
  out.u8(0);
  out.text("v");
  out.u8(0);
  out.u32(1000);
  out.u32(500);
  out.u32(0xFFFF'FFFF);
  out.u32(3);
  out.u8(0x42);
  const auto parsed = parse_emsg(payload);
  ASSERT_TRUE(parsed && *parsed);
  EXPECT_TRUE((*parsed)->is_relative);
  EXPECT_EQ((*parsed)->event.time.count(), 45'000);
  EXPECT_EQ((*parsed)->event.duration.count(), 0);
  EXPECT_EQ((*parsed)->event.data, Buffer{0x42});
}

TEST(MetaBoxes, RefusesWhatIsCutOrImpossible) {
  Buffer box;
  ByteWriter out(box);
  write_emsg(event(), out);
  const std::size_t strings_end = 4 + 20 + media::kScte35Scheme.size() + 1 + 2;
  for (std::size_t size = 0; size < strings_end; ++size) {
    EXPECT_FALSE(parse_emsg(Bytes(box).subspan(8, size))) << size;
  }
  Buffer zero_scale = box;
  std::fill_n(zero_scale.begin() + 12, 4, 0);
  EXPECT_FALSE(parse_emsg(Bytes(zero_scale).subspan(8)));
  Buffer far = box;
  far[16] = 0xFF;
  EXPECT_FALSE(parse_emsg(Bytes(far).subspan(8)));
  Buffer far_in_seconds = box;  // past what 90 kHz can say
  far_in_seconds[12] = far_in_seconds[13] = far_in_seconds[14] = 0;
  far_in_seconds[15] = 1;
  far_in_seconds[16] = 1;
  EXPECT_FALSE(parse_emsg(Bytes(far_in_seconds).subspan(8)));
  Buffer version_two = box;
  version_two[8] = 2;
  EXPECT_FALSE(parse_emsg(Bytes(version_two).subspan(8)).value().has_value());
}

}  // namespace
}  // namespace flu::container
