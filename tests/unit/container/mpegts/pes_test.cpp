#include "libcommon/container/mpegts/pes.h"

#include <gtest/gtest.h>

#include "tests/unit/container/mpegts/ts_builder.h"

namespace flu::container::mpegts {
namespace {

const Buffer kFull = {0x00, 0x00, 0x01, 0xE0, 0x00, 0x00, 0x84, 0xC0, 0x0A, 0x31, 0x00,
                      0x07, 0xD8, 0x61, 0x11, 0x00, 0x07, 0xA9, 0x81, 0xAA, 0xBB};

TEST(PesHeader, TimesAndSize) {
  const auto header = parse_pes_header(kFull);
  ASSERT_TRUE(header);
  ASSERT_TRUE(*header);
  EXPECT_EQ((*header)->stream_id, 0xE0);
  EXPECT_EQ((*header)->size, 19U);
  EXPECT_FALSE((*header)->payload_size);
  EXPECT_EQ((*header)->times, (PesTimes{126'000, 120'000}));
}

TEST(PesHeader, TimestampsOf33Bits) {
  for (const std::uint64_t time : {std::uint64_t{0}, std::uint64_t{1}, kTimestampMask,
                                   std::uint64_t{1} << 32, std::uint64_t{0x155555555}}) {
    const auto header = parse_pes_header(test::TsBuilder::pes_bytes(0xC0, time, Buffer{1}));
    ASSERT_TRUE(header && *header);
    EXPECT_EQ((*header)->times.pts, time);
    EXPECT_FALSE((*header)->times.dts);
  }
}

TEST(PesHeader, CutAtEveryLengthWantsMore) {
  for (std::size_t size = 0; size < 19; ++size) {
    const auto header = parse_pes_header(Bytes(kFull).first(size));
    ASSERT_TRUE(header) << size;
    EXPECT_FALSE(*header) << size;
  }
}

TEST(PesHeader, Malformed) {
  Buffer bytes = kFull;
  bytes[2] = 2;
  EXPECT_FALSE(parse_pes_header(bytes));
  bytes = kFull;
  bytes[6] = 0x04;
  EXPECT_FALSE(parse_pes_header(bytes));
}

TEST(PesHeader, LengthAtItsBounds) {
  Buffer bytes = kFull;
  bytes[5] = 12;  // less than the header
  EXPECT_FALSE(parse_pes_header(bytes));
  bytes[5] = 13;
  auto header = parse_pes_header(bytes);
  ASSERT_TRUE(header && *header);
  EXPECT_EQ((*header)->payload_size, 0U);
  bytes[4] = 0xFF;
  bytes[5] = 0xFF;
  header = parse_pes_header(bytes);
  ASSERT_TRUE(header && *header);
  EXPECT_EQ((*header)->payload_size, 65535U - 13);
}

TEST(PesHeader, TimesThatDoNotFitAreNotRead) {
  Buffer bytes = kFull;
  bytes[8] = 9;
  auto header = parse_pes_header(bytes);
  ASSERT_TRUE(header && *header);
  EXPECT_TRUE((*header)->times.pts);
  EXPECT_FALSE((*header)->times.dts);
  bytes[8] = 4;
  header = parse_pes_header(bytes);
  ASSERT_TRUE(header && *header);
  EXPECT_FALSE((*header)->times.pts);
}

class Assembler : public testing::Test {
 protected:
  using Kind = PesAssembler::Kind;

  static Buffer payload_of(std::size_t size) {
    Buffer out(size);
    for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<std::uint8_t>(i * 7);
    return out;
  }

  TsCounters counters_;
};

TEST_F(Assembler, FullAtItsLength) {
  PesAssembler pes(Kind::kOther, counters_);
  const Buffer payload = payload_of(300);
  const Buffer bytes = test::TsBuilder::pes_bytes(0xC0, 9000, payload);
  pes.start(Bytes(bytes).first(184));
  EXPECT_FALSE(pes.is_full());
  pes.append(Bytes(bytes).subspan(184));
  ASSERT_TRUE(pes.is_full());
  const PesAssembler::Part part = pes.take();
  EXPECT_EQ(Buffer(part.payload.begin(), part.payload.end()), payload);
  EXPECT_EQ(part.times.pts, 9000U);
  pes.finish();
  EXPECT_EQ(counters_.pes_errors, 0U);
}

TEST_F(Assembler, HeaderSpreadOverPackets) {
  const Buffer payload = payload_of(40);
  const Buffer bytes = test::TsBuilder::pes_bytes(0xC0, 77, payload);
  for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
    PesAssembler pes(Kind::kOther, counters_);
    pes.start(Bytes(bytes).first(cut));
    pes.append(Bytes(bytes).subspan(cut));
    ASSERT_TRUE(pes.is_full()) << cut;
    const PesAssembler::Part part = pes.take();
    EXPECT_EQ(Buffer(part.payload.begin(), part.payload.end()), payload) << cut;
    EXPECT_EQ(part.times.pts, 77U);
  }
}

TEST_F(Assembler, VideoGoesOutInParts) {
  PesAssembler pes(Kind::kVideo, counters_);
  pes.start(test::TsBuilder::pes_bytes(0xE0, 5, payload_of(100), false));
  PesAssembler::Part part = pes.take();
  EXPECT_EQ(part.payload.size(), 100U);
  EXPECT_EQ(part.times.pts, 5U);
  EXPECT_EQ(pes.pending(), 0U);
  EXPECT_TRUE(pes.take().payload.empty());
  pes.append(payload_of(184));
  EXPECT_EQ(pes.pending(), 184U);
  part = pes.take();
  EXPECT_EQ(part.payload.size(), 184U);
  EXPECT_FALSE(part.times.pts);
  pes.finish();
  EXPECT_EQ(counters_.pes_errors, 0U);
}

TEST_F(Assembler, AWrappedVideoLengthLosesNothing) {
  PesAssembler pes(Kind::kVideo, counters_);
  pes.start(test::TsBuilder::pes_bytes(0xE0, 5, payload_of(100)));
  ASSERT_TRUE(pes.is_full());
  pes.take();
  pes.finish();
  pes.append(payload_of(60));
  EXPECT_EQ(pes.take().payload.size(), 60U);
  EXPECT_EQ(counters_.pes_errors, 1U);
}

TEST_F(Assembler, AudioBeyondItsLengthIsLeftOut) {
  PesAssembler pes(Kind::kOther, counters_);
  Buffer bytes = test::TsBuilder::pes_bytes(0xC0, 5, payload_of(50));
  bytes.insert(bytes.end(), 30, 0xFF);
  pes.start(bytes);
  ASSERT_TRUE(pes.is_full());
  EXPECT_EQ(pes.take().payload.size(), 50U);
  pes.finish();
  pes.append(payload_of(60));
  EXPECT_TRUE(pes.take().payload.empty());
}

TEST_F(Assembler, ACutOneIsHandedOnAndCounted) {
  PesAssembler pes(Kind::kOther, counters_);
  const Buffer bytes = test::TsBuilder::pes_bytes(0xC0, 5, payload_of(400));
  pes.start(Bytes(bytes).first(184));
  EXPECT_EQ(pes.take().payload.size(), 170U);
  pes.finish();
  EXPECT_EQ(counters_.pes_errors, 1U);
}

TEST_F(Assembler, GatheringIsBounded) {
  PesAssembler pes(Kind::kOther, counters_);
  pes.start(test::TsBuilder::pes_bytes(0xC0, 5, payload_of(100), false));
  const Buffer more = payload_of(184);
  std::size_t most = 0;
  for (std::size_t i = 0; i < 2 * PesAssembler::kMaxGathered / more.size(); ++i) {
    pes.append(more);
    most = std::max(most, pes.pending());
  }
  EXPECT_LE(most, PesAssembler::kMaxGathered);
  EXPECT_EQ(counters_.pes_errors, 1U);
  EXPECT_EQ(pes.pending(), 0U);
}

TEST_F(Assembler, PaddingAndScrambledAreLeftOut) {
  PesAssembler pes(Kind::kOther, counters_);
  pes.start(Buffer{0, 0, 1, 0xBE, 0, 4, 0xFF, 0xFF, 0xFF, 0xFF});
  EXPECT_TRUE(pes.take().payload.empty());
  pes.finish();
  Buffer scrambled = test::TsBuilder::pes_bytes(0xC0, 5, payload_of(50));
  scrambled[6] |= 0x20;
  pes.start(scrambled);
  EXPECT_TRUE(pes.take().payload.empty());
  EXPECT_EQ(counters_.scrambled, 1U);
  EXPECT_EQ(counters_.pes_errors, 0U);
}

TEST_F(Assembler, WithoutAStartNothing) {
  PesAssembler pes(Kind::kVideo, counters_);
  pes.append(payload_of(184));
  EXPECT_EQ(pes.pending(), 0U);
  pes.start(payload_of(184));  // no start code
  EXPECT_EQ(counters_.pes_errors, 1U);
  pes.append(payload_of(184));
  EXPECT_EQ(pes.pending(), 0U);
}

}  // namespace
}  // namespace flu::container::mpegts
