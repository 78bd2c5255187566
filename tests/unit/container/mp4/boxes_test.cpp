#include "libcommon/container/mp4/boxes.h"

#include <gtest/gtest.h>

namespace flu::container {
namespace {

TEST(Boxes, ScopesFillInTheirSizes) {
  Buffer bytes;
  ByteWriter out(bytes);
  {
    const BoxScope outer(out, four_cc("moof"));
    const BoxScope inner(out, four_cc("mfhd"), 1, 0x020304);
    out.u32(7);
  }
  const Buffer expected{0,   0,   0,   24,  'm', 'o', 'o', 'f', 0, 0, 0, 16,
                        'm', 'f', 'h', 'd', 1,   2,   3,   4,   0, 0, 0, 7};
  EXPECT_EQ(bytes, expected);
  const auto found = find_box(bytes, four_cc("moof"));
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->payload.size(), 16U);
  EXPECT_FALSE(find_box(bytes, four_cc("moov"))->has_value());
}

TEST(Boxes, RefusesSizesThatBreakOut) {
  for (const int value : {0, 1, 7, 13}) {  // to the end, 64-bit, too small, too large
    const auto size = static_cast<std::uint8_t>(value);
    const Buffer bytes{0, 0, 0, size, 'f', 'r', 'e', 'e', 1, 2, 3, 4};
    ByteReader reader(bytes);
    EXPECT_FALSE(next_box(reader)) << value;
  }
  const Buffer huge{0xFF, 0xFF, 0xFF, 0xFF, 'f', 'r', 'e', 'e'};
  ByteReader reader(huge);
  EXPECT_FALSE(next_box(reader));
}

TEST(Boxes, TakesFewBytesAtTheEndForPadding) {
  const Buffer bytes{0, 0, 0, 8, 'f', 'r', 'e', 'e', 0, 0, 0, 0};
  ByteReader reader(bytes);
  EXPECT_TRUE(next_box(reader)->has_value());
  EXPECT_FALSE(next_box(reader)->has_value());
}

TEST(Boxes, NamesATypeThatCannotBePrinted) {
  EXPECT_EQ(to_string(four_cc("url ")), "url ");
  EXPECT_EQ(to_string(0x00010203), "0x00010203");
}

}  // namespace
}  // namespace flu::container
