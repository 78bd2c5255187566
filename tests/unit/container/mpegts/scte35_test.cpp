#include "libcommon/container/mpegts/scte35.h"

#include <gtest/gtest.h>

#include "libcommon/container/mpegts/psi.h"

namespace flu::container::mpegts {
namespace {

// SCTE 35 14.1: time_signal, and 14.2: splice_insert with a break of 60.293 s.
const Buffer kTimeSignal = {0xFC, 0x30, 0x34, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF,
                            0xF0, 0x05, 0x06, 0xFE, 0x72, 0xBD, 0x00, 0x50, 0x00, 0x1E, 0x02,
                            0x1C, 0x43, 0x55, 0x45, 0x49, 0x48, 0x00, 0x00, 0x8E, 0x7F, 0xCF,
                            0x00, 0x01, 0xA5, 0x99, 0xB0, 0x08, 0x08, 0x00, 0x00, 0x00, 0x00,
                            0x2C, 0xA0, 0xA1, 0x8A, 0x34, 0x02, 0x00, 0x9A, 0xC9, 0xD1, 0x7E};
const Buffer kSpliceInsert = {0xFC, 0x30, 0x2F, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xFF,
                              0xFF, 0xF0, 0x14, 0x05, 0x48, 0x00, 0x00, 0x8F, 0x7F, 0xEF,
                              0xFE, 0x73, 0x69, 0xC0, 0x2E, 0xFE, 0x00, 0x52, 0xCC, 0xF5,
                              0x00, 0x00, 0x00, 0x00, 0x00, 0x0A, 0x00, 0x08, 0x43, 0x55,
                              0x45, 0x49, 0x00, 0x00, 0x01, 0x35, 0x62, 0xDB, 0xA3, 0x0A};

Buffer seal(Buffer section) {
  section.resize(section.size() - 4);
  const std::uint32_t crc = crc32_mpeg(section);
  for (int shift = 24; shift >= 0; shift -= 8) {
    section.push_back(static_cast<std::uint8_t>(crc >> shift));
  }
  return section;
}

TEST(Scte35, TimeSignal) {
  const auto info = parse_splice_info(kTimeSignal);
  ASSERT_TRUE(info) << info.error().message;
  EXPECT_EQ(info->command, 6);
  EXPECT_EQ(info->pts, 0x072BD0050U);
  EXPECT_FALSE(info->event_id);
}

TEST(Scte35, SpliceInsert) {
  const auto info = parse_splice_info(kSpliceInsert);
  ASSERT_TRUE(info) << info.error().message;
  EXPECT_EQ(info->event_id, 0x4800008FU);
  EXPECT_EQ(info->pts, 0x07369C02EU);
  EXPECT_EQ(info->break_duration, 0x0052CCF5U);
}

TEST(Scte35, AdjustmentWraps) {
  Buffer section = kTimeSignal;
  section[4] = 0x01;  // 33rd bit
  section[5] = section[6] = section[7] = section[8] = 0xFF;
  const auto info = parse_splice_info(seal(section));
  ASSERT_TRUE(info);
  EXPECT_EQ(info->pts, 0x072BD0050U - 1);
}

TEST(Scte35, EncryptedTellsNothing) {
  Buffer section = kTimeSignal;
  section[4] |= 0x80;
  const auto info = parse_splice_info(seal(section));
  ASSERT_TRUE(info);
  EXPECT_TRUE(info->is_encrypted);
  EXPECT_FALSE(info->pts);
}

TEST(Scte35, CutOrChangedIsMalformed) {
  for (std::size_t size = 0; size < kSpliceInsert.size(); ++size) {
    EXPECT_FALSE(parse_splice_info(Bytes(kSpliceInsert).first(size))) << size;
    Buffer changed = kSpliceInsert;
    changed[size] ^= 1;
    EXPECT_FALSE(parse_splice_info(changed)) << size;
  }
}

TEST(Scte35, ShortCommandsAreMalformed) {
  // A splice_insert cut at every length, with a right CRC; what follows break_duration() is not
  // read.
  for (std::size_t size = 8; size < kSpliceInsert.size(); ++size) {
    Buffer section(kSpliceInsert.begin(),
                   kSpliceInsert.begin() + static_cast<std::ptrdiff_t>(size));
    section[2] = static_cast<std::uint8_t>(size - 3);
    const auto info = parse_splice_info(seal(section));
    EXPECT_EQ(info.has_value(), size >= 34) << size;
  }
}

}  // namespace
}  // namespace flu::container::mpegts
