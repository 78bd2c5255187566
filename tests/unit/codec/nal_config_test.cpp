#include "libcommon/codec/nal_config.h"

#include <gtest/gtest.h>

#include "tests/unit/codec/bytes_of.h"

namespace flu::codec {
namespace {

using media::CodecId;

// Two SPS of one and two bytes, one PPS; then an empty hvcC with one array of one unit.
const Buffer kAvc = hex("01 640028 ff e2 0001 67 0002 67aa 01 0003 68bbcc");
const Buffer kHevc =
    hex("01 01 60000000 900000000000 3c f000 fc fd f8 f8 0000 0f 01 a0 0001 0003 400102");

TEST(NalConfig, LengthSizes) {
  for (const CodecId codec : {CodecId::kH264, CodecId::kHevc}) {
    Buffer config = codec == CodecId::kH264 ? kAvc : kHevc;
    const std::size_t at = codec == CodecId::kH264 ? 4 : 21;
    for (const std::size_t size : {1U, 2U, 4U}) {
      config[at] = static_cast<std::uint8_t>((config[at] & 0xFC) | (size - 1));
      EXPECT_EQ(nal_length_size(codec, config), size);
    }
    config[at] = static_cast<std::uint8_t>((config[at] & 0xFC) | 2);
    EXPECT_EQ(nal_length_size(codec, config).error().code, ErrorCode::kMalformed);
  }
  EXPECT_FALSE(nal_length_size(CodecId::kH264, Bytes(kAvc).first(6)));
  EXPECT_FALSE(nal_length_size(CodecId::kHevc, Bytes(kHevc).first(22)));
}

TEST(NalConfig, UnitsInTheirOrder) {
  const auto avc = config_units(CodecId::kH264, kAvc);
  ASSERT_TRUE(avc);
  ASSERT_EQ(avc->size(), 3U);
  EXPECT_EQ(avc->at(1).size(), 2U);
  EXPECT_EQ(avc->at(2)[0], 0x68);
  const auto hevc = config_units(CodecId::kHevc, kHevc);
  ASSERT_TRUE(hevc);
  ASSERT_EQ(hevc->size(), 1U);
  EXPECT_EQ(hevc->at(0)[0], 0x40);
}

TEST(NalConfig, CutAnywhereIsMalformed) {
  for (std::size_t size = 0; size < kAvc.size(); ++size) {
    EXPECT_FALSE(config_units(CodecId::kH264, Bytes(kAvc).first(size))) << size;
  }
  for (std::size_t size = 0; size < kHevc.size(); ++size) {
    EXPECT_FALSE(config_units(CodecId::kHevc, Bytes(kHevc).first(size))) << size;
  }
}

}  // namespace
}  // namespace flu::codec
