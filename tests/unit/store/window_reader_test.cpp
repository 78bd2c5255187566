#include "libcommon/store/window_reader.h"

#include <fcntl.h>

#include <gtest/gtest.h>

#include "tests/unit/store/window_fixture.h"

namespace flu::store {
namespace {

class WindowReaderTest : public WindowFixture {
 protected:
  void overwrite(std::uint64_t at, Bytes bytes) const {
    const auto file = io::open_file(index(), O_WRONLY);
    ASSERT_TRUE(file);
    ASSERT_TRUE(io::pwrite_all(file->get(), bytes, at, "index"));
  }
};

TEST_F(WindowReaderTest, SaysWhereThereIsNone) {
  const auto reader = WindowReader::open(folder_);
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().code, ErrorCode::kNotFound);
}

TEST_F(WindowReaderTest, FollowsTheWriter) {
  auto writer = open_writer();
  auto reader = WindowReader::open(folder_);
  ASSERT_TRUE(reader);
  EXPECT_TRUE((*reader->refresh())->segments.empty());
  for (std::uint32_t i = 0; i < 50; ++i) {
    const auto before = (*reader->refresh())->generation;
    append(writer, record(i));
    const auto* snapshot = *reader->refresh();
    EXPECT_NE(snapshot->generation, before);
    ASSERT_EQ(snapshot->segments, writer.records());
    EXPECT_EQ((*reader->refresh())->generation, snapshot->generation);
    for (const auto& one : snapshot->segments) EXPECT_TRUE(reader->open_segment(one));
  }
  ASSERT_TRUE(writer.set_ended(true));
  EXPECT_TRUE((*reader->refresh())->has_ended);
}

TEST_F(WindowReaderTest, FollowsANewIndexByRename) {
  auto first = open_writer();
  append(first, record(0));
  auto reader = WindowReader::open(folder_);
  ASSERT_TRUE(reader);
  auto second = open_writer();
  append(second, record(1));
  EXPECT_EQ((*reader->refresh())->segments.size(), 2U);
}

TEST_F(WindowReaderTest, SaysThatTheWindowIsGone) {
  auto writer = open_writer();
  auto reader = WindowReader::open(folder_);
  writer.remove();
  const auto snapshot = reader->refresh();
  ASSERT_FALSE(snapshot);
  EXPECT_EQ(snapshot.error().code, ErrorCode::kNotFound);
}

TEST_F(WindowReaderTest, KeepsTheLastGoodCopyThroughTornWrites) {
  auto writer = open_writer(5, 5);
  for (std::uint32_t i = 0; i < 3; ++i) append(writer, record(i));
  auto reader = WindowReader::open(folder_);
  const auto good = (*reader->refresh())->segments;
  const auto bytes = *io::read_file(index(), 1 << 20);
  append(writer, record(3));
  const auto later = *io::read_file(index(), 1 << 20);
  // The header and the new record, torn at every byte.
  for (std::size_t cut = 0; cut < kWindowHeaderSize; ++cut) {
    Buffer torn(later.begin(), later.begin() + static_cast<std::ptrdiff_t>(cut));
    torn.insert(torn.end(), bytes.begin() + static_cast<std::ptrdiff_t>(cut),
                bytes.begin() + kWindowHeaderSize);
    overwrite(0, torn);
    const auto snapshot = reader->refresh();
    ASSERT_TRUE(snapshot);
    EXPECT_EQ((*snapshot)->segments, good) << cut;
  }
  overwrite(0, Bytes(later).first(kWindowHeaderSize));
  const std::uint64_t slot = kWindowHeaderSize + 3 * segment::kRecordSize;
  overwrite(slot + 10, Buffer{0xFF, 0xFF});
  EXPECT_EQ((*reader->refresh())->segments, good);
  overwrite(slot, Bytes(later).subspan(slot, segment::kRecordSize));
  EXPECT_EQ((*reader->refresh())->segments.size(), 4U);
}

TEST_F(WindowReaderTest, RefusesRecordsThatTheRingHasOvertaken) {
  auto writer = open_writer(5, 5);
  for (std::uint32_t i = 0; i < 4; ++i) append(writer, record(i));
  // As if the writer had gone once around: a newer record in the place of the first.
  overwrite(kWindowHeaderSize, segment::write_record(record(90)));
  EXPECT_FALSE(WindowReader::open(folder_));
}

TEST_F(WindowReaderTest, SurvivesEveryTruncation) {
  auto writer = open_writer(5, 5);
  for (std::uint32_t i = 0; i < 4; ++i) append(writer, record(i));
  auto reader = WindowReader::open(folder_);
  const auto good = (*reader->refresh())->segments;
  for (std::uintmax_t size = 128 + 4 * 80; size-- > 0;) {
    std::filesystem::resize_file(index(), size);
    const auto snapshot = reader->refresh();
    ASSERT_TRUE(snapshot);
    EXPECT_EQ((*snapshot)->segments, good);
    EXPECT_FALSE(WindowReader::open(folder_));
  }
}

TEST_F(WindowReaderTest, FindsAnInitByTheRecordAndChecksIt) {
  auto writer = open_writer();
  const Buffer init = {1, 2, 3, 4};
  auto one = record(0);
  one.init_hash = *writer.keep_init(init);
  append(writer, one);
  const auto reader = WindowReader::open(folder_);
  ASSERT_TRUE(reader);
  EXPECT_EQ(*reader->init(one), init);
  auto other = one;
  other.init_hash ^= 1;
  EXPECT_EQ(reader->init(other).error().code, ErrorCode::kNotFound);
  ASSERT_TRUE(io::replace_file(in_folder(folder_, init_file(sha256(init))), Buffer{9}));
  EXPECT_EQ(reader->init(one).error().code, ErrorCode::kMalformed);
}

}  // namespace
}  // namespace flu::store
