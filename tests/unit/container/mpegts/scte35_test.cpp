#include "libcommon/container/mpegts/scte35.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "libcommon/container/mpegts/psi.h"
#include "libcommon/container/mpegts/ts_types.h"
#include "tests/unit/container/mpegts/ts_builder.h"

namespace flu::container::mpegts {
namespace {

using container::test::kTimeSignal;

// SCTE 35 14.2: splice_insert with a break of 60.293 s.
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

TEST(Scte35, TellsWhereABreakBegins) {
  EXPECT_EQ(parse_splice_info(kSpliceInsert)->is_out, true);
  // SCTE 35 14.1: the start of a placement opportunity of 307 s.
  EXPECT_EQ(parse_splice_info(kTimeSignal)->is_out, true);
  EXPECT_EQ(parse_splice_info(kTimeSignal)->segmentation_duration, 0x0001A599B0U);
  Buffer back = kSpliceInsert;
  back[19] &= 0x7F;  // out_of_network_indicator
  EXPECT_EQ(parse_splice_info(seal(back))->is_out, false);
  EXPECT_EQ(parse_splice_info(make_splice_null())->is_out, std::nullopt);
}

// Its splice stands, whatever the descriptors are.
TEST(Scte35, DescriptorsAreNotWhatASectionIsJudgedBy) {
  for (std::size_t size = 20; size < kTimeSignal.size(); ++size) {
    Buffer section(kTimeSignal.begin(), kTimeSignal.begin() + static_cast<std::ptrdiff_t>(size));
    section.resize(size + 4);
    section[2] = static_cast<std::uint8_t>(size + 1);
    const auto info = parse_splice_info(seal(section));
    ASSERT_TRUE(info) << size;
    EXPECT_EQ(info->pts, 0x072BD0050U) << size;
  }
}

TEST(Scte35, AdjustmentWraps) {
  Buffer section = kTimeSignal;
  section[4] = 0x01;  // 33rd bit
  section[5] = section[6] = section[7] = section[8] = 0xFF;
  const auto info = parse_splice_info(seal(section));
  ASSERT_TRUE(info);
  EXPECT_EQ(info->pts, 0x072BD0050U - 1);
}

TEST(Scte35, RetimedPointsToTheSamePicture) {
  for (const Buffer& section : {kTimeSignal, kSpliceInsert}) {
    for (const std::int64_t pts : {std::int64_t{0}, std::int64_t{158'741'550'000'000},
                                   (std::int64_t{1} << 33) - 1, std::int64_t{1} << 33}) {
      const auto retimed = retime_splice_info(section, media::Timestamp{pts});
      ASSERT_TRUE(retimed) << retimed.error().message;
      const auto info = parse_splice_info(*retimed);  // which checks the CRC
      ASSERT_TRUE(info) << info.error().message;
      EXPECT_EQ(info->pts, static_cast<std::uint64_t>(pts) & kTimestampMask);
      // Nothing but pts_adjustment and CRC_32 differs.
      ASSERT_EQ(retimed->size(), section.size());
      EXPECT_TRUE(std::equal(section.begin(), section.begin() + 4, retimed->begin()));
      EXPECT_TRUE(std::equal(section.begin() + 9, section.end() - 4, retimed->begin() + 9));
      EXPECT_EQ(retimed->at(4) & 0xFE, section[4] & 0xFE);
    }
  }
}

TEST(Scte35, RetimedAgainStartsFromWhatItIs) {
  const Buffer once = retime_splice_info(kTimeSignal, media::Timestamp{900'000}).value();
  const Buffer back = retime_splice_info(once, media::Timestamp{0x072BD0050}).value();
  EXPECT_EQ(back, kTimeSignal);
}

TEST(Scte35, WithoutATimeNothingIsChanged) {
  const Buffer null = make_splice_null();
  const auto info = parse_splice_info(null);
  ASSERT_TRUE(info) << info.error().message;
  EXPECT_EQ(info->command, 0);
  EXPECT_EQ(retime_splice_info(null, media::Timestamp{12'345}).value(), null);
}

TEST(Scte35, WhatIsEncryptedOrBrokenIsNotRetimed) {
  Buffer section = kTimeSignal;
  section[4] |= 0x80;
  EXPECT_EQ(retime_splice_info(seal(section), media::Timestamp{1}).error().code,
            ErrorCode::kUnsupported);
  for (std::size_t size = 0; size < kTimeSignal.size(); ++size) {
    EXPECT_FALSE(retime_splice_info(Bytes(kTimeSignal).first(size), media::Timestamp{1})) << size;
  }
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
