#include "libcommon/container/mpegts/packetizer.h"

#include <gtest/gtest.h>

#include "libcommon/container/mpegts/psi.h"
#include "libcommon/container/mpegts/ts_packet.h"

namespace flu::container::mpegts {
namespace {

struct Taken {
  Buffer payload;
  std::size_t packets = 0;
  TsPacket first;
};

// Takes `bytes` apart, checking what every packet must hold.
Taken take_apart(Bytes bytes, std::uint16_t pid, std::uint8_t continuity) {
  Taken out;
  EXPECT_EQ(bytes.size() % kPacketSize, 0U);
  for (; bytes.size() >= kPacketSize; bytes = bytes.subspan(kPacketSize)) {
    TsPacket packet;
    EXPECT_EQ(bytes[0], kSyncByte);
    EXPECT_TRUE(parse_packet(PacketBytes(bytes.data(), kPacketSize), packet));
    EXPECT_EQ(packet.pid, pid);
    EXPECT_EQ(packet.continuity, continuity);
    EXPECT_EQ(packet.starts_unit, out.packets == 0);
    EXPECT_FALSE(packet.payload.empty());
    continuity = (continuity + 1) & 0x0F;
    append(out.payload, packet.payload);
    if (out.packets == 0) out.first = packet;
    ++out.packets;
  }
  return out;
}

Buffer unit_of(std::size_t size) {
  Buffer unit(size);
  for (std::size_t i = 0; i < size; ++i) unit[i] = static_cast<std::uint8_t>(i * 31 + 1);
  return unit;
}

TEST(Packetizer, EverySizeComesBackWhole) {
  for (std::size_t size = 1; size < 600; ++size) {
    for (const bool has_pcr : {false, true}) {
      OutPid pid{0x123, 14};
      PacketMarks marks;
      if (has_pcr) marks.pcr = 0x1'2345'6789;
      Buffer out;
      write_unit(pid, unit_of(size), marks, 0, out);
      const Taken got = take_apart(out, 0x123, 14);
      ASSERT_EQ(got.payload, unit_of(size)) << size;
      EXPECT_EQ(got.packets, packets_of(size, marks)) << size;
      EXPECT_EQ(got.packets, (size + (has_pcr ? 8 : 0) + 183) / 184);
      EXPECT_EQ(pid.continuity, (14 + got.packets) % 16);
      if (has_pcr) {
        EXPECT_EQ(got.first.pcr, std::uint64_t{0x1'2345'6789} * 300);
      }
    }
  }
}

TEST(Packetizer, StretchesOverMorePackets) {
  for (const std::size_t size : {20U, 183U, 184U, 185U, 300U, 5000U}) {
    for (std::size_t extra = 0; extra < 16; ++extra) {
      OutPid pid{0x123, 0};
      PacketMarks marks;
      marks.is_random_access = true;
      Buffer out;
      write_unit(pid, unit_of(size), marks, extra, out);
      const Taken got = take_apart(out, 0x123, 0);
      EXPECT_EQ(got.payload, unit_of(size));
      EXPECT_EQ(got.packets, packets_of(size, marks) + extra);
      EXPECT_TRUE(got.first.is_random_access);
      EXPECT_FALSE(got.first.pcr);
    }
  }
}

TEST(Packetizer, SectionsOfEverySize) {
  for (std::size_t size = 4; size <= 1024; ++size) {
    Buffer section = unit_of(size);
    section[0] = 2;
    section[1] = static_cast<std::uint8_t>(0xB0 | (size - 3) >> 8);
    section[2] = static_cast<std::uint8_t>(size - 3);
    OutPid pid{0x1000, 3};
    Buffer out;
    write_section(pid, section, out);
    SectionAssembler assembler;
    std::vector<Buffer> got;
    bool is_first = true;
    for (std::size_t at = 0; at < out.size(); at += kPacketSize) {
      TsPacket packet;
      ASSERT_TRUE(parse_packet(PacketBytes(out.data() + at, kPacketSize), packet));
      EXPECT_EQ(packet.starts_unit, is_first);
      EXPECT_TRUE(assembler.feed(packet.payload, packet.starts_unit, [&](Bytes bytes) {
        got.emplace_back(bytes.begin(), bytes.end());
      }));
      is_first = false;
    }
    ASSERT_EQ(got, std::vector<Buffer>{section}) << size;
  }
}

TEST(Packetizer, APcrPacketLeavesTheCounter) {
  OutPid pid{0x100, 5};
  PacketMarks marks;
  marks.pcr = 90'000;
  Buffer out;
  write_bare_packet(pid, marks, out);
  ASSERT_EQ(out.size(), kPacketSize);
  TsPacket packet;
  ASSERT_TRUE(parse_packet(PacketBytes(out.data(), kPacketSize), packet));
  EXPECT_FALSE(packet.has_payload);
  EXPECT_EQ(packet.continuity, 4);
  EXPECT_EQ(pid.continuity, 5);
  EXPECT_EQ(packet.pcr, 90'000U * 300);
}

TEST(Packetizer, PaddingEndsAtAMultipleOf16) {
  for (std::uint8_t continuity = 0; continuity < 16; ++continuity) {
    OutPid pid{0x100, continuity};
    Buffer out;
    write_padding(pid, out);
    EXPECT_EQ(pid.continuity, 0);
    const Taken got = take_apart(out, 0x100, continuity);
    EXPECT_EQ(got.packets, (16U - continuity) % 16);
    if (continuity == 0) continue;
    EXPECT_EQ(Buffer(got.payload.begin(), got.payload.begin() + 4), (Buffer{0, 0, 1, 0xBE}));
    EXPECT_EQ(std::size_t{got.payload[4]} << 8 | got.payload[5], got.payload.size() - 6);
  }
}

}  // namespace
}  // namespace flu::container::mpegts
