#include "libcommon/store/window_index.h"

#include <gtest/gtest.h>

#include "libcommon/base/crc32c.h"
#include "libcommon/store/limits.h"

namespace flu::store {
namespace {

WindowHeader sample() {
  WindowHeader header;
  header.capacity = 84;
  header.generation = 1'763'795'000'000'123;
  for (std::size_t i = 0; i < header.uuid.size(); ++i) {
    header.uuid[i] = static_cast<std::uint8_t>(i);
  }
  header.target_duration = 5;
  header.part_target = 32'400;
  header.head = 100;
  header.tail = 89;
  header.playlist_segments = 5;
  header.has_ended = true;
  header.run_start = media::Timestamp(158'741'550'000'000);
  return header;
}

// With the checksum made right again, as somebody hostile would.
Buffer forged(std::size_t at, std::vector<std::uint8_t> bytes) {
  const auto good = write_window_header(sample());
  Buffer out(good.begin(), good.end());
  std::copy(bytes.begin(), bytes.end(), out.begin() + static_cast<std::ptrdiff_t>(at));
  const std::uint32_t crc = crc32c(Bytes(out).first(124));
  for (std::size_t i = 0; i < 4; ++i) out[124 + i] = static_cast<std::uint8_t>(crc >> (8 * i));
  return out;
}

TEST(WindowHeader, WrittenThenParsedIsEqual) {
  const auto parsed = parse_window_header(write_window_header(sample()));
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(*parsed, sample());
}

TEST(WindowHeader, HasItsFieldsWhereTheFormatSays) {
  const auto bytes = write_window_header(sample());
  EXPECT_EQ(as_text(Bytes(bytes).first(8)), "FLUWIN1\n");
  EXPECT_EQ(bytes[8], 1);    // version
  EXPECT_EQ(bytes[10], 80);  // record size
  EXPECT_EQ(bytes[12], 84);  // capacity
  EXPECT_EQ(bytes[24 + 15], 15);
  EXPECT_EQ(bytes[40], 5);
  EXPECT_EQ(bytes[48], 100);
  EXPECT_EQ(bytes[56], 89);
  EXPECT_EQ(bytes[64], 5);
  EXPECT_EQ(bytes[68], 1);
}

TEST(WindowHeader, RefusesEveryTornLengthAndFlippedBit) {
  const auto good = write_window_header(sample());
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(parse_window_header(Bytes(good).first(size)));
  }
  for (std::size_t at = 0; at < good.size(); ++at) {
    auto bad = good;
    bad[at] ^= 0x10;
    EXPECT_FALSE(parse_window_header(bad)) << at;
  }
}

TEST(CountShown, ShortSegmentsAreShownUntilTheyFillThreeTargets) {
  std::vector<segment::IndexRecord> records(20);
  for (auto& record : records) record.duration = 90'000;
  EXPECT_EQ(count_shown(records, 5, 1), 5U);
  EXPECT_EQ(count_shown(records, 5, 2), 6U);
  EXPECT_EQ(count_shown(records, 5, 9), 20U);
  EXPECT_EQ(count_shown(records, 0, 2), 20U);
  EXPECT_EQ(count_shown({}, 5, 2), 0U);
}

TEST(WindowHeader, RefusesImpossibleFieldsUnderARightChecksum) {
  EXPECT_TRUE(parse_window_header(forged(0, {})));
  EXPECT_FALSE(parse_window_header(forged(8, {2, 0})));    // version
  EXPECT_FALSE(parse_window_header(forged(10, {79, 0})));  // record size
  EXPECT_FALSE(parse_window_header(forged(10, {0xFF, 0xFF})));
  EXPECT_FALSE(parse_window_header(forged(12, {0, 0, 0, 0})));  // capacity
  EXPECT_FALSE(parse_window_header(forged(12, {0xFF, 0xFF, 0xFF, 0xFF})));
  EXPECT_FALSE(parse_window_header(forged(56, {101})));  // tail behind head
  EXPECT_FALSE(parse_window_header(forged(48, {200})));  // more than the slots
  EXPECT_FALSE(parse_window_header(forged(48, {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF})));
}

TEST(WindowHeader, TakesLargerRecordsOfALaterVersion) {
  const auto parsed = parse_window_header(forged(10, {96, 0}));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(record_offset(*parsed, 85), 128U + 96U);
}

}  // namespace
}  // namespace flu::store
