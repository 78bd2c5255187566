#include "libcommon/store/window_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libcommon/io/file.h"
#include "libcommon/store/window_names.h"
#include "libcommon/store/window_reader.h"
#include "tests/unit/store/window_fixture.h"

namespace flu::store {
namespace {

using testing::ElementsAre;

class WindowWriterTest : public WindowFixture {};

std::vector<std::uint32_t> seqs(const std::vector<segment::IndexRecord>& records) {
  std::vector<std::uint32_t> out;
  for (const auto& record : records) out.push_back(record.seq);
  return out;
}

TEST_F(WindowWriterTest, KeepsASegmentForThePlaylistAndOneTargetAfterItLeft) {
  auto writer = open_writer(3, 3);
  // Segment 0 leaves with 3; three segments and one target later it goes: with 7.
  for (std::uint32_t i = 0; i <= 6; ++i) append(writer, record(i));
  EXPECT_THAT(seqs(writer.records()), ElementsAre(100, 101, 102, 103, 104, 105, 106));
  append(writer, record(7));
  EXPECT_THAT(seqs(writer.records()), ElementsAre(101, 102, 103, 104, 105, 106, 107));
  EXPECT_FALSE(has(segment_file(record(0).start)));
  EXPECT_TRUE(has(segment_file(record(1).start)));
}

TEST_F(WindowWriterTest, KeepsMoreThanThePlaylistWhenAsked) {
  auto writer = open_writer(2, 12);
  for (std::uint32_t i = 0; i < 20; ++i) append(writer, record(i));
  EXPECT_EQ(writer.records().size(), 12U);
}

TEST_F(WindowWriterTest, CountsShortSegmentsByTheirTime) {
  auto writer = open_writer(3, 3);
  for (std::uint32_t i = 0; i < 40; ++i) {
    auto one = record(i, kTarget / 10);
    one.start = media::Timestamp(kBase + std::int64_t{i} * kTarget / 10);
    append(writer, one);
  }
  // Three of 0.4 s and the target of 4 s are 13 of them, and the playlist's 3 and the one that
  // pushed it out.
  EXPECT_EQ(writer.records().size(), 16U);
}

// An MPD tells where a Period began for as long as any of its segments is there.
TEST_F(WindowWriterTest, RemembersWhereTheOldestTracksBegan) {
  auto writer = open_writer(2, 2);
  auto reader = WindowReader::open(folder_);
  ASSERT_TRUE(reader);
  const auto run_start = [&] { return (*reader->refresh())->run_start; };
  for (std::uint32_t i = 0; i < 20; ++i) {
    auto one = record(i);
    if (i == 14) one.flags = segment::kDiscont;  // the same tracks
    if (i >= 12) one.init_hash = i >= 15 ? 7 : 5;
    append(writer, one);
    const std::uint32_t oldest = writer.records().front().seq - 100;
    const std::uint32_t begin = oldest >= 15 ? 15 : 12;
    EXPECT_EQ(run_start(), oldest < 12 ? media::Timestamp{0} : record(begin).start) << i;
  }
  auto next = open_writer(2, 2);  // a hub that was restarted
  EXPECT_EQ(run_start(), record(15).start);
  ASSERT_TRUE(next.shrink(0));
  append(next, record(30));
  EXPECT_EQ(run_start(), record(30).start);
  for (std::uint32_t i = 34; i < 50; ++i) {  // behind a break
    append(next, record(i));
    const std::uint32_t begin = next.records().front().seq - 100 >= 34 ? 34 : 30;
    EXPECT_EQ(run_start(), record(begin).start) << i;
  }
  EXPECT_GE(next.records().front().seq, 134U);
}

TEST_F(WindowWriterTest, RefusesToGoBack) {
  auto writer = open_writer();
  append(writer, record(5));
  EXPECT_FALSE(writer.append(record(5)));
  EXPECT_FALSE(writer.append(record(4)));
  auto same_time = record(6);
  same_time.start = record(5).start;
  EXPECT_FALSE(writer.append(same_time));
  EXPECT_TRUE(writer.append(record(6)));
}

TEST_F(WindowWriterTest, TakesOverWhatAnotherLeft) {
  std::uint64_t generation = 0;
  {
    auto writer = open_writer();
    writer.raise_target_duration(6);
    for (std::uint32_t i = 0; i < 4; ++i) append(writer, record(i));
    auto reader = WindowReader::open(folder_);
    generation = (*reader->refresh())->generation;
  }
  auto writer = open_writer();
  EXPECT_THAT(seqs(writer.records()), ElementsAre(100, 101, 102, 103));
  EXPECT_EQ(writer.target_duration(), 6U);
  auto reader = WindowReader::open(folder_);
  EXPECT_GT((*reader->refresh())->generation, generation);
}

TEST_F(WindowWriterTest, ForgetsRecordsUpToTheLastMissingFile) {
  {
    auto writer = open_writer(5, 5);
    for (std::uint32_t i = 0; i < 5; ++i) append(writer, record(i));
  }
  std::filesystem::remove(in_folder(folder_, segment_file(record(2).start)));
  auto writer = open_writer(5, 5);
  EXPECT_THAT(seqs(writer.records()), ElementsAre(103, 104));
}

TEST_F(WindowWriterTest, StartsAnewWhenTheIndexIsDestroyed) {
  {
    auto writer = open_writer();
    append(writer, record(0));
  }
  std::filesystem::resize_file(index(), 100);
  auto writer = open_writer();
  EXPECT_TRUE(writer.records().empty());
  writer.sweep();
  EXPECT_FALSE(has(segment_file(record(0).start)));
}

TEST_F(WindowWriterTest, EvictsEarlyWhenTheSlotsRunOut) {
  auto writer = open_writer(1, 1);
  for (std::uint32_t i = 0; i < 200; ++i) {
    auto one = record(i, 1);
    one.start = media::Timestamp(kBase + i);
    append(writer, one);
  }
  EXPECT_LE(writer.records().size(), 68U);
  auto reader = WindowReader::open(folder_);
  EXPECT_EQ((*reader->refresh())->segments, writer.records());
}

TEST_F(WindowWriterTest, ShrinksAndSaysSo) {
  auto writer = open_writer(5, 5);
  for (std::uint32_t i = 0; i < 5; ++i) append(writer, record(i));
  ASSERT_TRUE(writer.limit_playlist(3));
  ASSERT_TRUE(writer.shrink(3));
  auto reader = WindowReader::open(folder_);
  const auto* snapshot = *reader->refresh();
  EXPECT_EQ(snapshot->playlist_segments, 3U);
  EXPECT_THAT(seqs(snapshot->segments), ElementsAre(102, 103, 104));
  EXPECT_FALSE(has(segment_file(record(1).start)));
}

TEST_F(WindowWriterTest, ChangesItsLengths) {
  auto writer = open_writer(3, 3);
  for (std::uint32_t i = 0; i < 3; ++i) append(writer, record(i));
  auto reader = WindowReader::open(folder_);
  WindowSettings longer = writer.settings();
  longer.playlist_segments = longer.kept_segments = 30;
  ASSERT_TRUE(writer.change(longer));
  for (std::uint32_t i = 3; i < 100; ++i) append(writer, record(i));
  const auto* snapshot = *reader->refresh();
  EXPECT_EQ(snapshot->playlist_segments, 30U);
  EXPECT_EQ(snapshot->segments.size(), writer.records().size());
  EXPECT_GE(snapshot->segments.size(), 30U);
}

// RFC 8216bis 6.2.2: EXT-X-MEDIA-SEQUENCE never decreases, and three targets are shown at least.
TEST_F(WindowWriterTest, WhatHasLeftThePlaylistNeverComesBack) {
  auto writer = open_writer(3, 20);
  auto reader = WindowReader::open(folder_);
  std::uint64_t first = 0;
  for (std::uint32_t i = 0; i < 40; ++i) {
    if (i == 10) writer.raise_target_duration(30);
    if (i == 20) {
      WindowSettings longer = writer.settings();
      longer.playlist_segments = 15;
      ASSERT_TRUE(writer.change(longer));
    }
    append(writer, record(i));
    const auto* snapshot = *reader->refresh();
    const auto& segments = snapshot->segments;
    const std::size_t shown = std::min<std::size_t>(snapshot->playlist_segments, segments.size());
    EXPECT_GE(segments[segments.size() - shown].seq, first) << "segment " << i;
    first = segments[segments.size() - shown].seq;
  }
  EXPECT_GE((*reader->refresh())->playlist_segments, 22U);  // 4 s each: 90 s
}

TEST_F(WindowWriterTest, DropsInitsThatNothingNeeds) {
  auto writer = open_writer(1, 1);
  const Buffer old_init = {1, 2, 3};
  const Buffer new_init = {4, 5, 6};
  auto first = record(0);
  first.init_hash = *writer.keep_init(old_init);
  append(writer, first);
  const auto hash = writer.keep_init(new_init);
  EXPECT_TRUE(has(init_file(sha256(old_init))));
  for (std::uint32_t i = 1; i < 6; ++i) {
    auto one = record(i);
    one.init_hash = *hash;
    append(writer, one);
  }
  EXPECT_FALSE(has(init_file(sha256(old_init))));
  EXPECT_TRUE(has(init_file(sha256(new_init))));
}

TEST_F(WindowWriterTest, ThePictureIsOfTheWindow) {
  const std::string picture = in_folder(folder_, kThumbnailFile);
  ASSERT_TRUE(io::replace_file(picture, Buffer{1}));
  {
    auto writer = open_writer();
    writer.sweep();  // nothing is here that it could be of
    EXPECT_FALSE(has(std::string(kThumbnailFile)));
    append(writer, record(0));
    ASSERT_TRUE(io::replace_file(picture, Buffer{1}));
  }
  auto writer = open_writer();  // the next hub goes on
  writer.sweep();
  EXPECT_TRUE(has(std::string(kThumbnailFile)));
}

TEST_F(WindowWriterTest, RemovesAllOfIt) {
  auto writer = open_writer();
  append(writer, record(0));
  ASSERT_TRUE(writer.keep_init(Buffer{1}));
  ASSERT_TRUE(io::replace_file(in_folder(folder_, kThumbnailFile), Buffer{1}));
  writer.remove();
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

}  // namespace
}  // namespace flu::store
