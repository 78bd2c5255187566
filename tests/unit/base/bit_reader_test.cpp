#include "libcommon/base/bit_reader.h"

#include <array>
#include <cstdint>

#include <gtest/gtest.h>

namespace flu {
namespace {

TEST(BitReader, ReadsAcrossBytes) {
  const std::array<std::uint8_t, 3> bytes{0b10110011, 0b01010101, 0xFF};
  BitReader reader(bytes);
  EXPECT_EQ(reader.bits(3).value(), 0b101u);
  EXPECT_EQ(reader.bits(9).value(), 0b100110101u);
  EXPECT_EQ(reader.bits_left(), 12u);
}

TEST(BitReader, FailedReadConsumesNothing) {
  const std::array<std::uint8_t, 1> bytes{0x0F};
  BitReader reader(bytes);
  EXPECT_FALSE(reader.bits(9));
  EXPECT_FALSE(reader.bits(33));
  EXPECT_EQ(reader.bits(8).value(), 0x0Fu);
}

TEST(BitReader, ReadsExpGolomb) {
  // 1 | 010 | 011 | 00100 | 00101 -> 0 1 2 3 4
  const std::array<std::uint8_t, 3> bytes{0b10100110, 0b01000010, 0b10000000};
  BitReader reader(bytes);
  for (std::uint32_t wanted = 0; wanted < 5; ++wanted) EXPECT_EQ(reader.ue().value(), wanted);
}

TEST(BitReader, SignedExpGolombAlternates) {
  const std::array<std::uint8_t, 2> bytes{0b01001100, 0b10000000};  // 010 011 00100
  BitReader reader(bytes);
  EXPECT_EQ(reader.se().value(), 1);
  EXPECT_EQ(reader.se().value(), -1);
  EXPECT_EQ(reader.se().value(), 2);
}

TEST(BitReader, EndlessZerosAreRefusedAndConsumeNothing) {
  const std::array<std::uint8_t, 8> zeros{};
  BitReader reader(zeros);
  EXPECT_FALSE(reader.ue());
  EXPECT_EQ(reader.bits_left(), 64u);
}

}  // namespace
}  // namespace flu
