#include "libcommon/segment/hour_index.h"

#include <gtest/gtest.h>

namespace flu::segment {
namespace {

constexpr Hour kHour = 498'000;

IndexRecord record(unsigned number) {
  IndexRecord out;
  out.start = start_of(kHour) + media::Ticks(360'000 * number);
  out.duration = 360'000;
  out.seq = number + 1;
  out.size = 1000;
  return out;
}

Buffer index_of(unsigned count) {
  Buffer out;
  append(out, write_hour_header({kRecordSize, kHour, {1, 2, 3}}));
  for (unsigned i = 0; i < count; ++i) append(out, write_record(record(i)));
  return out;
}

TEST(HourIndex, WhatIsWrittenIsRead) {
  const HourRecords read = read_hour_records(index_of(3));
  ASSERT_TRUE(read.header);
  EXPECT_EQ(*read.header, (HourHeader{kRecordSize, kHour, {1, 2, 3}}));
  EXPECT_EQ(read.records, (std::vector{record(0), record(1), record(2)}));
  EXPECT_EQ(read.size, kHourHeaderSize + 3 * kRecordSize);
  EXPECT_EQ(read.damaged, 0U);
}

TEST(HourIndex, CutAtEveryLengthItKeepsWholeRecordsOnly) {
  const Buffer whole = index_of(3);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const HourRecords read = read_hour_records(Bytes(whole).first(size));
    const std::size_t count = size < kHourHeaderSize ? 0 : (size - kHourHeaderSize) / kRecordSize;
    EXPECT_EQ(read.records.size(), count) << size;
    EXPECT_LE(read.size, size);
    EXPECT_EQ(read.header.has_value(), size >= kHourHeaderSize);
  }
}

TEST(HourIndex, ADamagedRecordCostsItselfAlone) {
  Buffer bytes = index_of(3);
  bytes[kHourHeaderSize + kRecordSize + 20] ^= 1;
  const HourRecords read = read_hour_records(bytes);
  EXPECT_EQ(read.records, (std::vector{record(0), record(2)}));
  EXPECT_EQ(read.damaged, 1U);
}

TEST(HourIndex, ADamagedLastRecordIsTorn) {
  Buffer bytes = index_of(3);
  bytes.back() ^= 1;
  const HourRecords read = read_hour_records(bytes);
  EXPECT_EQ(read.records.size(), 2U);
  EXPECT_EQ(read.size, kHourHeaderSize + 2 * kRecordSize);
  EXPECT_EQ(read.damaged, 0U);
}

TEST(HourIndex, RecordsAreReadUnderADamagedHeader) {
  Buffer bytes = index_of(2);
  bytes[20] ^= 1;
  const HourRecords read = read_hour_records(bytes);
  EXPECT_FALSE(read.header);
  EXPECT_EQ(read.records.size(), 2U);
}

TEST(HourIndex, HeadersSayWhatIsWrong) {
  Buffer bytes = index_of(0);
  EXPECT_EQ(parse_hours_header(bytes).error().message, "index header: magic is not FLUHRS1");
  bytes[kHourHeaderSize - 1] ^= 1;
  EXPECT_EQ(parse_hour_header(bytes).error().message, "index header: wrong checksum");
  EXPECT_EQ(parse_hour_header(Bytes(bytes).first(9)).error().message,
            "index header: 9 bytes, expected 64");
}

TEST(HourSummary, WhatIsWrittenIsRead) {
  HourSummary summary;
  summary.hour = kHour;
  summary.segments = 900;
  summary.first = start_of(kHour) + media::Ticks(5);
  summary.last = start_of(kHour + 1);
  summary.bytes = 5'000'000'000;
  summary.gaps = 2;
  summary.thumbnails = 60;
  summary.is_closed = true;
  summary.blobs = 3;
  summary.recorded = media::Ticks(300'000'000);
  const auto bytes = write_summary(summary);
  const auto read = parse_summary(bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, summary);
}

TEST(HourSummary, ZerosAreAnHourWithoutRecording) {
  const auto read = parse_summary(Buffer(kSummarySize));
  ASSERT_TRUE(read);
  EXPECT_FALSE(*read);
}

TEST(HourSummary, EveryFlippedBitIsFound) {
  HourSummary summary;
  summary.hour = kHour;
  summary.blobs = 1;
  const auto good = write_summary(summary);
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    auto bytes = good;
    bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    EXPECT_FALSE(parse_summary(bytes)) << bit;
  }
}

TEST(HourSummary, TimesOfAnotherHourAreRefused) {
  HourSummary summary;
  summary.hour = kHour;
  summary.segments = 1;
  summary.first = start_of(kHour + 1);
  summary.last = summary.first;
  EXPECT_FALSE(parse_summary(write_summary(summary)));
}

}  // namespace
}  // namespace flu::segment
