#include "libcommon/wire/rtp/rtp_packet.h"

#include <gtest/gtest.h>

namespace flu::wire {
namespace {

Buffer packet(std::uint8_t first, const Buffer& after_ssrc) {
  Buffer out{first, 0x80 | kRtpMp2t, 0x12, 0x34, 0, 0, 1, 0, 0xCA, 0xFE, 0xBA, 0xBE};
  append(out, after_ssrc);
  return out;
}

Buffer ts_payload(std::size_t packets) {
  Buffer out(packets * 188, 0xFF);
  for (std::size_t i = 0; i < packets; ++i) out[i * 188] = 0x47;
  return out;
}

TEST(RtpPacket, ReadsTheFixedHeader) {
  const Buffer bytes = packet(0x80, {1, 2, 3});
  const auto parsed = parse_rtp(bytes);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->payload_type, 33);
  EXPECT_TRUE(parsed->is_marked);
  EXPECT_EQ(parsed->sequence, 0x1234);
  EXPECT_EQ(parsed->timestamp, 256U);
  EXPECT_EQ(parsed->ssrc, 0xCAFEBABEU);
  EXPECT_EQ(Buffer(parsed->payload.begin(), parsed->payload.end()), (Buffer{1, 2, 3}));
}

TEST(RtpPacket, SkipsContributingSourcesAndExtension) {
  // Two CSRCs, then an extension of one word.
  const Buffer bytes =
      packet(0x80 | 0x10 | 2, {0, 0, 0, 1, 0, 0, 0, 2, 0xBE, 0xDE, 0, 1, 9, 9, 9, 9, 0x47, 0x11});
  const auto parsed = parse_rtp(bytes);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(Buffer(parsed->payload.begin(), parsed->payload.end()), (Buffer{0x47, 0x11}));
}

TEST(RtpPacket, TakesOffThePadding) {
  const Buffer bytes = packet(0x80 | 0x20, {1, 2, 0, 0, 3});
  const auto parsed = parse_rtp(bytes);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(Buffer(parsed->payload.begin(), parsed->payload.end()), (Buffer{1, 2}));
}

TEST(RtpPacket, RefusesImpossiblePadding) {
  EXPECT_FALSE(parse_rtp(packet(0xA0, {1, 2, 0})));
  EXPECT_FALSE(parse_rtp(packet(0xA0, {1, 2, 4})));
  EXPECT_FALSE(parse_rtp(packet(0xA0, {})));
  EXPECT_TRUE(parse_rtp(packet(0xA0, {1, 2, 3})));
}

TEST(RtpPacket, RefusesOtherVersions) {
  const auto parsed = parse_rtp(packet(0x47, {1}));
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().message, "RTP packet: expected version 2, found 1");
}

TEST(RtpPacket, IsCutAtEveryLength) {
  const Buffer whole =
      packet(0x80 | 0x10 | 1, {0, 0, 0, 1, 0xBE, 0xDE, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(parse_rtp(Bytes(whole).first(size))) << size;
  }
  EXPECT_TRUE(parse_rtp(whole));
}

TEST(RtpPacket, AHugeExtensionIsAnError) {
  EXPECT_FALSE(parse_rtp(packet(0x90, {0xBE, 0xDE, 0xFF, 0xFF, 1, 2, 3, 4})));
}

TEST(RtpPacket, TellsTransportStreamsInRtp) {
  EXPECT_TRUE(is_rtp_mpegts(packet(0x80, ts_payload(7))));
  EXPECT_FALSE(is_rtp_mpegts(packet(0x80, {0x47, 1, 2})));
  EXPECT_FALSE(is_rtp_mpegts(packet(0x80, {})));
  EXPECT_FALSE(is_rtp_mpegts(ts_payload(7)));
}

}  // namespace
}  // namespace flu::wire
