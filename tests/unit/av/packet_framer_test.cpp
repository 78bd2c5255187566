#include "libcommon/av/packet_framer.h"

#include <gtest/gtest.h>

namespace flu::av {
namespace {

StreamInfo info_of(media::CodecId codec, Buffer config = {}) {
  StreamInfo info;
  info.codec = codec;
  info.config = std::move(config);
  return info;
}

Access access(Bytes data, std::int64_t pts) {
  Access out;
  out.data = data;
  out.times.pts = media::Timestamp{pts};
  return out;
}

TEST(PacketFramer, RawAacIsTimedInSamples) {
  // LC, 44.1 kHz, stereo.
  auto framer = make_packet_framer(info_of(media::CodecId::kAac, {0x12, 0x10}));
  ASSERT_TRUE(framer);
  ASSERT_TRUE((*framer)->format());
  EXPECT_EQ((*framer)->format()->audio.sample_rate, 44'100U);
  const Buffer frame{1, 2, 3};
  // Milliseconds of a muxer: 23 where 23.2 are meant.
  (*framer)->feed(access(frame, 0));
  (*framer)->feed(access(frame, 2070));
  EXPECT_EQ((*framer)->next()->dts.count(), 0);
  const auto second = (*framer)->next();
  EXPECT_EQ(second->dts.count(), 2089);
  EXPECT_EQ(second->data, frame);
}

TEST(PacketFramer, ChangedConfigurationHoldsFromTheNextFrame) {
  auto framer = std::move(*make_packet_framer(info_of(media::CodecId::kAac, {0x12, 0x10})));
  const Buffer frame{1, 2, 3};
  framer->feed(access(frame, 0));
  framer->set_config(Buffer{0x11, 0x90});
  framer->feed(access(frame, 9000));
  ASSERT_TRUE(framer->next());
  EXPECT_EQ(framer->format_revision(), 1U);
  ASSERT_TRUE(framer->next());
  EXPECT_EQ(framer->format_revision(), 2U);
  EXPECT_EQ(framer->format()->audio.sample_rate, 48'000U);
}

TEST(PacketFramer, BrokenConfigurationIsAnError) {
  EXPECT_FALSE(make_packet_framer(info_of(media::CodecId::kAac, {0xFF})));
  EXPECT_FALSE(
      make_packet_framer(info_of(media::CodecId::kH264, {1, 0x64, 0, 0x1F, 0xFF, 0xE1, 0xFF})));
  EXPECT_FALSE(make_packet_framer(StreamInfo{}));
  EXPECT_FALSE(make_packet_framer(info_of(media::CodecId::kDvbSubtitle)));
}

TEST(PacketFramer, OpusTellsItsOwnLength) {
  StreamInfo info = info_of(media::CodecId::kOpus);
  info.audio.channels = 2;
  auto framer = std::move(*make_packet_framer(info));
  const Buffer packet{0xFC, 0, 0};  // CELT, 20 ms, stereo, one frame
  framer->feed(access(packet, 900));
  const auto sample = framer->next();
  ASSERT_TRUE(sample);
  EXPECT_EQ(sample->duration.count(), 1800);
  EXPECT_EQ(framer->format()->codec, media::CodecId::kOpus);
  EXPECT_EQ(framer->format()->config[1], 2);
}

TEST(PacketFramer, OpusInTransportStreamLosesItsHeader) {
  StreamInfo info = info_of(media::CodecId::kOpus);
  info.audio.channels = 2;
  auto framer = std::move(*make_packet_framer(info));
  const Buffer packet{0x7F, 0xE0, 3, 0xFC, 0, 0, 0x7F, 0xE0, 3, 0xFC, 1, 1};
  framer->feed(access(packet, 900));
  framer->flush();
  const auto sample = framer->next();
  ASSERT_TRUE(sample);
  EXPECT_EQ(sample->data, (Buffer{0xFC, 0, 0}));
}

TEST(PacketFramer, DamagedPacketsAreCounted) {
  StreamInfo info = info_of(media::CodecId::kOpus);
  auto framer = std::move(*make_packet_framer(info));
  framer->feed(access(Buffer{}, 0));
  framer->feed(access(Buffer{0xFF}, 0));
  EXPECT_FALSE(framer->next());
  EXPECT_EQ(framer->bad_packets(), 2U);
}

}  // namespace
}  // namespace flu::av
