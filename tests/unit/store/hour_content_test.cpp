#include "libcommon/store/hour_content.h"

#include <gmock/gmock.h>

#include "tests/unit/store/archive_samples.h"

namespace flu::store {
namespace {

namespace fs = std::filesystem;
using segment::ArchiveBlob;
using ::testing::ElementsAre;

class HourContentTest : public ArchiveTest {
 protected:
  HourContentTest() {
    const ArchiveRoot root = open_root();
    ArchiveWriter writer = open_writer(root, "a", 1200);  // two segments a blob
    for (unsigned i = 0; i < 5; ++i) add(writer, sample_segment(i));
    commit(writer);
  }
  Result<HourContent> read() { return read_hour(file("").string(), kSampleHour); }
  static segment::TimeRange segments(unsigned from, unsigned to) {
    return {sample_segment(from).record.start, sample_segment(to).record.start};
  }
  [[nodiscard]] std::uint64_t size(unsigned blob) const {
    return fs::file_size(file("2026/10/24/00." + std::to_string(blob) + ".mp4"));
  }
};

TEST_F(HourContentTest, BlobsHaveTheTimesOfTheirSegments) {
  const auto content = read();
  ASSERT_TRUE(content) << content.error().message;
  EXPECT_THAT(content->blobs, ElementsAre(ArchiveBlob{0, segments(0, 2), size(0)},
                                          ArchiveBlob{1, segments(2, 4), size(1)},
                                          ArchiveBlob{2, segments(4, 5), size(2)}));
  EXPECT_EQ(content->summary.bytes, size(0) + size(1) + size(2));
  EXPECT_FALSE(content->summary.is_closed);
}

TEST_F(HourContentTest, WhatIsGoneDoesNotCount) {
  fs::remove(file("2026/10/24/00.1.mp4"));
  const auto content = read();
  ASSERT_EQ(content->blobs.size(), 2U);
  EXPECT_EQ(content->summary.segments, 3U);
  EXPECT_EQ(content->summary.gaps, 1U);
  EXPECT_EQ(content->summary.bytes, size(0) + size(2));
}

TEST_F(HourContentTest, TheIndexOfAnotherHourIsNone) {
  fs::rename(file("2026/10/24/00.idx"), file("2026/10/24/01.idx"));
  EXPECT_EQ(read().error().code, ErrorCode::kNotFound);
  EXPECT_EQ(read_hour(file("").string(), kSampleHour + 1).error().code, ErrorCode::kMalformed);
}

}  // namespace
}  // namespace flu::store
