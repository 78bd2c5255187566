#include "libcommon/codec/rbsp.h"

#include <array>

#include <gtest/gtest.h>

#include "tests/unit/codec/bytes_of.h"

namespace flu::codec {
namespace {

TEST(Unescape, RemovesEmulationPrevention) {
  EXPECT_EQ(unescape(hex("67 00 00 03 01 00 00 03 00 00 03")), hex("67 00 00 01 00 00 00 00"));
  EXPECT_EQ(unescape(hex("00 03 00 03")), hex("00 03 00 03"));
  EXPECT_EQ(unescape(Bytes{}), Buffer{});
}

TEST(Unescape, StopsWhenTheRoomIsFull) {
  std::array<std::uint8_t, 4> out{};
  EXPECT_EQ(unescape(hex("01 00 00 03 01 02 03"), out), 4u);
  EXPECT_EQ(Buffer(out.begin(), out.end()), hex("01 00 00 01"));
}

}  // namespace
}  // namespace flu::codec
