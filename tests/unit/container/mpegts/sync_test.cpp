#include "libcommon/container/mpegts/sync.h"

#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace flu::container {
namespace {

using mpegts::kPacketSize;
using mpegts::PacketBytes;
using mpegts::PacketSync;

// Packets numbered in their second byte; nothing else in them looks like a sync byte.
Buffer stream(std::size_t stride, std::size_t count, std::size_t first = 0) {
  Buffer out;
  for (std::size_t i = first; i < first + count; ++i) {
    if (stride == 192) out.insert(out.end(), 4, 0x11);
    out.push_back(mpegts::kSyncByte);
    out.push_back(static_cast<std::uint8_t>(i % 64));
    out.insert(out.end(), kPacketSize - 2, 0x22);
    if (stride == 204) out.insert(out.end(), 16, 0x33);
  }
  return out;
}

struct Outcome {
  std::vector<std::size_t> packets;
  TsCounters counters;
  std::size_t stride = 0;
};

Outcome run(Bytes bytes, std::size_t step = 0) {
  Outcome out;
  PacketSync sync(out.counters);
  const auto sink = [&](PacketBytes packet) { out.packets.push_back(packet[1]); };
  while (!bytes.empty()) {
    const std::size_t taken = step == 0 ? bytes.size() : std::min(step, bytes.size());
    sync.feed(bytes.first(taken), sink);
    bytes = bytes.subspan(taken);
  }
  out.stride = sync.stride();
  sync.flush(sink);
  return out;
}

std::vector<std::size_t> numbers(std::size_t from, std::size_t to) {
  std::vector<std::size_t> out;
  for (std::size_t i = from; i < to; ++i) out.push_back(i);
  return out;
}

class Stride : public testing::TestWithParam<std::size_t> {};

TEST_P(Stride, IsFound) {
  const Outcome got = run(stream(GetParam(), 20));
  EXPECT_EQ(got.packets, numbers(0, 20));
  EXPECT_EQ(got.stride, GetParam());
  EXPECT_EQ(got.counters.sync_losses, 0U);
  EXPECT_EQ(got.counters.skipped_bytes, 0U);
}

TEST_P(Stride, IsFoundFromTheMiddleOfAPacket) {
  const Buffer bytes = stream(GetParam(), 20);
  const Outcome got = run(Bytes(bytes).subspan(100));
  EXPECT_EQ(got.packets, numbers(1, 20));
}

TEST_P(Stride, DoesNotDependOnHowTheInputIsCut) {
  Buffer bytes = stream(GetParam(), 12);
  const Buffer more = stream(GetParam(), 12, 12);
  bytes.insert(bytes.end(), 77, 0x55);
  append(bytes, more);
  const Outcome whole = run(bytes);
  for (const std::size_t step : {1U, 3U, 187U, 188U, 189U, 500U, 1000U, 1316U}) {
    const Outcome got = run(bytes, step);
    EXPECT_EQ(got.packets, whole.packets) << step;
    EXPECT_EQ(got.counters.skipped_bytes, whole.counters.skipped_bytes) << step;
    EXPECT_EQ(got.counters.sync_losses, whole.counters.sync_losses) << step;
  }
}

TEST_P(Stride, IsFoundAgainAfterALoss) {
  Buffer bytes = stream(GetParam(), 10);
  bytes.insert(bytes.end(), 50, 0x55);
  append(bytes, stream(GetParam(), 10, 10));
  const Outcome got = run(bytes);
  EXPECT_EQ(got.packets, numbers(0, 20));
  EXPECT_EQ(got.counters.sync_losses, 1U);
  EXPECT_EQ(got.counters.skipped_bytes, 50U);
}

INSTANTIATE_TEST_SUITE_P(PacketSync, Stride, testing::Values(188, 192, 204));

TEST(PacketSync, CutAtEveryLength) {
  const Buffer bytes = stream(188, 8);
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    const Outcome got = run(Bytes(bytes).first(size));
    EXPECT_EQ(got.packets, numbers(0, size / kPacketSize)) << size;
    EXPECT_EQ(got.counters.skipped_bytes, size % kPacketSize) << size;
  }
}

TEST(PacketSync, OneSpoiltSyncByteCostsItsPacket) {
  Buffer bytes = stream(188, 20);
  bytes[7 * kPacketSize] = 0x00;
  const Outcome got = run(bytes);
  EXPECT_EQ(got.packets.size(), 19U);
  EXPECT_EQ(got.counters.skipped_bytes, kPacketSize);
}

TEST(PacketSync, NothingInNoise) {
  std::mt19937 random(7);
  Buffer noise(100'000);
  for (std::uint8_t& byte : noise) byte = static_cast<std::uint8_t>(random());
  const Outcome got = run(noise, 4096);
  EXPECT_TRUE(got.packets.empty());
  EXPECT_EQ(got.counters.skipped_bytes, noise.size());
}

TEST(PacketSync, NothingButSyncBytes) {
  const Buffer bytes(10'000, mpegts::kSyncByte);
  EXPECT_EQ(run(bytes).packets.size(), bytes.size() / kPacketSize);
}

TEST(LooksLikeTs, TellsFromFivePackets) {
  for (const std::size_t stride : {188U, 192U, 204U}) {
    EXPECT_EQ(looks_like_ts(stream(stride, 6)), true) << stride;
  }
  EXPECT_EQ(looks_like_ts(Bytes(stream(188, 6)).subspan(60)), true);
  EXPECT_EQ(looks_like_ts(Buffer(2000, 0x20)), false);
  EXPECT_EQ(looks_like_ts(stream(188, 4)), std::nullopt);
  EXPECT_EQ(looks_like_ts({}), std::nullopt);
}

}  // namespace
}  // namespace flu::container
