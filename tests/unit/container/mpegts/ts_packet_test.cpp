#include "libcommon/container/mpegts/ts_packet.h"

#include <array>

#include <gtest/gtest.h>

namespace flu::container::mpegts {
namespace {

using Raw = std::array<std::uint8_t, kPacketSize>;

Raw packet(std::uint8_t b1, std::uint8_t b2, std::uint8_t b3) {
  Raw raw;
  raw.fill(0xAB);
  raw[0] = kSyncByte;
  raw[1] = b1;
  raw[2] = b2;
  raw[3] = b3;
  return raw;
}

TEST(TsPacket, PlainPayload) {
  const Raw raw = packet(0x41, 0x02, 0x17);
  TsPacket parsed;
  ASSERT_TRUE(parse_packet_fast(raw, parsed));
  EXPECT_EQ(parsed.pid, 0x102);
  EXPECT_EQ(parsed.continuity, 7);
  EXPECT_TRUE(parsed.starts_unit);
  EXPECT_TRUE(parsed.has_payload);
  EXPECT_EQ(parsed.payload.size(), 184U);
  EXPECT_EQ(parsed.payload.data(), raw.data() + 4);
}

TEST(TsPacket, FastAndFullParserAgree) {
  for (unsigned flags = 0; flags < 256; ++flags) {
    Raw raw = packet(0x5F, 0x21, static_cast<std::uint8_t>(flags));
    raw[4] = 10;
    raw[5] = 0x50;
    TsPacket fast;
    TsPacket full;
    EXPECT_EQ(parse_packet_fast(raw, fast), parse_packet(raw, full)) << flags;
    EXPECT_EQ(fast.pid, full.pid);
    EXPECT_EQ(fast.has_payload, full.has_payload) << flags;
    EXPECT_EQ(fast.payload.size(), full.payload.size()) << flags;
    EXPECT_EQ(fast.pcr, full.pcr);
    EXPECT_EQ(fast.is_scrambled, full.is_scrambled);
  }
}

TEST(TsPacket, AdaptationFieldWithPcr) {
  Raw raw = packet(0x01, 0x00, 0x30);
  raw[4] = 7;
  raw[5] = 0xD0;  // discontinuity, random access, PCR
  const std::array<std::uint8_t, 6> pcr = {0x80, 0x00, 0x00, 0x01, 0xFE, 0x2A};
  std::copy(pcr.begin(), pcr.end(), raw.begin() + 6);
  TsPacket parsed;
  ASSERT_TRUE(parse_packet_fast(raw, parsed));
  EXPECT_TRUE(parsed.is_discontinuous);
  EXPECT_TRUE(parsed.is_random_access);
  EXPECT_EQ(parsed.pcr, ((std::uint64_t{1} << 32) + 3) * 300 + 0x2A);
  EXPECT_EQ(parsed.payload.size(), 184U - 8);
}

TEST(TsPacket, AdaptationLengthAtItsBounds) {
  // With payload: 182 leaves one byte, 183 none. ISO 13818-1 2.4.3.5.
  Raw raw = packet(0x01, 0x00, 0x30);
  TsPacket parsed;
  raw[4] = 0;
  ASSERT_TRUE(parse_packet_fast(raw, parsed));
  EXPECT_EQ(parsed.payload.size(), 183U);
  raw[4] = 182;
  raw[5] = 0;
  ASSERT_TRUE(parse_packet_fast(raw, parsed));
  EXPECT_EQ(parsed.payload.size(), 1U);
  raw[4] = 183;
  EXPECT_FALSE(parse_packet_fast(raw, parsed));
  EXPECT_TRUE(parsed.payload.empty());

  raw[3] = 0x20;  // no payload
  EXPECT_TRUE(parse_packet_fast(raw, parsed));
  EXPECT_TRUE(parsed.payload.empty());
  raw[4] = 184;
  EXPECT_FALSE(parse_packet_fast(raw, parsed));
}

TEST(TsPacket, PcrNeedsItsBytes) {
  Raw raw = packet(0x01, 0x00, 0x30);
  raw[4] = 6;
  raw[5] = 0x10;
  TsPacket parsed;
  ASSERT_TRUE(parse_packet_fast(raw, parsed));
  EXPECT_FALSE(parsed.pcr);
}

TEST(TsPacket, ReservedControlIsDiscarded) {
  TsPacket parsed;
  EXPECT_FALSE(parse_packet_fast(packet(0x01, 0x00, 0x00), parsed));
}

TEST(TsPacket, ErrorAndScramblingAreTold) {
  TsPacket parsed;
  ASSERT_TRUE(parse_packet_fast(packet(0x81, 0x00, 0x10), parsed));
  EXPECT_TRUE(parsed.has_error);
  ASSERT_TRUE(parse_packet_fast(packet(0x01, 0x00, 0x90), parsed));
  EXPECT_TRUE(parsed.is_scrambled);
}

}  // namespace
}  // namespace flu::container::mpegts
