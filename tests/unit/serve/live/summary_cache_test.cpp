#include "tools/serve/live/summary_cache.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "libcommon/container/mp4/segment_box.h"
#include "tests/support/flu_samples.h"
#include "tests/unit/store/window_fixture.h"

namespace flu::serve {
namespace {

class SummaryCacheTest : public store::WindowFixture {
 protected:
  // A segment of one picture of `size` bytes.
  segment::IndexRecord add(store::WindowWriter& writer, std::uint32_t number,
                           std::uint32_t size) const {
    segment::IndexRecord made = record(number);
    const container::SegmentTrack track{
        1, {test::entry(made.start, size, media::Ticks(kTarget))}, size};
    const auto header = container::write_segment_header(made.seq, {&track, 1}, {}, {});
    EXPECT_TRUE(header);
    Buffer bytes = header->bytes;
    flu::append(bytes, test::pattern(size));
    made.size = static_cast<std::uint32_t>(bytes.size());
    made.moof_relative = static_cast<std::uint16_t>(header->moof_offset);
    made.moof_size = header->moof_size;
    made.data_crc = size;
    EXPECT_TRUE(io::replace_file(file_of(made), bytes));
    EXPECT_TRUE(writer.append(made));
    return made;
  }
  [[nodiscard]] std::string file_of(const segment::IndexRecord& made) const {
    return store::in_folder(folder_, store::segment_file(made.start));
  }

  const media::Tracks tracks_{test::h264_track(1)};
};

TEST_F(SummaryCacheTest, ReadsASegmentOnce) {
  auto writer = open_writer();
  const auto made = add(writer, 0, 100);
  const auto reader = store::WindowReader::open(folder_);
  ASSERT_TRUE(reader);
  SummaryCache cache;
  const auto* const first = cache.of(made, *reader, tracks_);
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(first->tracks.at(0).start, made.start);
  EXPECT_EQ(sizes_of(made, *first).tracks.at(0).samples, 1U);
  std::filesystem::remove(file_of(made));
  EXPECT_EQ(cache.of(made, *reader, tracks_), first);
}

TEST_F(SummaryCacheTest, AnotherSegmentOfTheSameTimeIsReadAnew) {
  auto writer = open_writer();
  auto made = add(writer, 0, 100);
  const auto reader = store::WindowReader::open(folder_);
  ASSERT_TRUE(reader);
  SummaryCache cache;
  ASSERT_NE(cache.of(made, *reader, tracks_), nullptr);
  made.data_crc += 1;
  std::filesystem::remove(file_of(made));
  EXPECT_EQ(cache.of(made, *reader, tracks_), nullptr);
}

TEST_F(SummaryCacheTest, SaysOnceWhatCannotBeRead) {
  auto writer = open_writer();
  const auto made = add(writer, 0, 100);
  EXPECT_TRUE(io::replace_file(file_of(made), as_bytes("nothing")));
  const auto reader = store::WindowReader::open(folder_);
  ASSERT_TRUE(reader);
  SummaryCache cache;
  EXPECT_EQ(cache.of(made, *reader, tracks_), nullptr);
  const auto error = cache.take_error();
  ASSERT_TRUE(error);
  EXPECT_NE(error->message.find("segment 100"), std::string::npos) << error->message;
  EXPECT_EQ(cache.of(made, *reader, tracks_), nullptr);
  EXPECT_FALSE(cache.take_error());
}

TEST_F(SummaryCacheTest, ForgetsWhatLeftTheWindow) {
  auto writer = open_writer(1, 1);
  const auto gone = add(writer, 0, 100);
  auto reader = store::WindowReader::open(folder_);
  ASSERT_TRUE(reader);
  SummaryCache cache;
  ASSERT_NE(cache.of(gone, *reader, tracks_), nullptr);
  for (std::uint32_t i = 1; i < 6; ++i) add(writer, i, 100);
  const auto window = reader->refresh();
  ASSERT_TRUE(window);
  ASSERT_GT((*window)->segments.front().start, gone.start);
  cache.forget_before(**window);
  EXPECT_EQ(cache.of(gone, *reader, tracks_), nullptr);  // its file is gone, too
}

}  // namespace
}  // namespace flu::serve
