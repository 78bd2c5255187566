#include "libcommon/store/archive_writer.h"

#include <fstream>

#include "libcommon/store/archive_reader.h"
#include "libcommon/store/find_hours.h"
#include "tests/unit/store/archive_samples.h"

namespace flu::store {
namespace {

namespace fs = std::filesystem;
using segment::TimeRange;

constexpr TimeRange kAll{media::Timestamp(0), media::kMaxUtc};

// How many segments a reader finds, each of them whole.
std::size_t readable(const std::string& root) {
  auto reader = ArchiveReader::open(root, "cams/1");
  if (!reader) return 0;
  const auto segments = reader->segments(kAll);
  EXPECT_TRUE(segments);
  for (const auto& record : *segments) {
    const auto bytes = reader->read_segment(record);
    EXPECT_TRUE(bytes) << bytes.error().message;
  }
  return segments->size();
}

TEST_F(ArchiveTest, AGroupIsAcknowledgedAndRead) {
  const ArchiveRoot root = open_root();
  ArchiveWriter writer = open_writer(root);
  for (unsigned i = 0; i < 5; ++i) add(writer, sample_segment(i));
  EXPECT_EQ(commit(writer), 5U);
  EXPECT_EQ(commit(writer), 0U);
  EXPECT_EQ(readable(root_path()), 5U);
  EXPECT_TRUE(fs::exists(file("2026/10/24/00.0.mp4")));
  EXPECT_TRUE(*writer.has(sample_segment(2).record));
  EXPECT_FALSE(*writer.has(sample_segment(9).record));
}

TEST_F(ArchiveTest, WhatWasNotCommittedIsCutOff) {
  const ArchiveRoot root = open_root();
  {
    ArchiveWriter writer = open_writer(root);
    add(writer, sample_segment(0));
    commit(writer);
    add(writer, sample_segment(1));  // its media alone
  }
  ArchiveWriter writer = open_writer(root);
  EXPECT_EQ(writer.dropped_bytes(), sample_segment(1).bytes.size());
  EXPECT_FALSE(*writer.has(sample_segment(1).record));
  add(writer, sample_segment(1));
  commit(writer);
  EXPECT_EQ(readable(root_path()), 2U);
  EXPECT_EQ(fs::file_size(file("2026/10/24/00.0.mp4")),
            6 + sample_segment(0).bytes.size() + sample_segment(1).bytes.size());
}

TEST_F(ArchiveTest, ARecordWithoutItsMediaIsTakenBack) {
  const ArchiveRoot root = open_root();
  {
    ArchiveWriter writer = open_writer(root);
    for (unsigned i = 0; i < 3; ++i) add(writer, sample_segment(i));
    commit(writer);
  }
  fs::resize_file(file("2026/10/24/00.0.mp4"), fs::file_size(file("2026/10/24/00.0.mp4")) - 1);
  ArchiveWriter writer = open_writer(root);
  EXPECT_FALSE(*writer.has(sample_segment(2).record));
  EXPECT_EQ(readable(root_path()), 2U);
}

TEST_F(ArchiveTest, OtherTracksBeginABlob) {
  const ArchiveRoot root = open_root();
  ArchiveWriter writer = open_writer(root);
  add(writer, sample_segment(0));
  add(writer, sample_segment(1, "other tracks"));
  add(writer, sample_segment(2));
  commit(writer);
  EXPECT_TRUE(fs::exists(file("2026/10/24/00.2.mp4")));
  auto reader = ArchiveReader::open(root_path(), "cams/1");
  const auto segments = reader->segments(kAll);
  EXPECT_EQ(as_text(*reader->init((*segments)[1])), "other tracks");
  EXPECT_EQ(as_text(*reader->init((*segments)[2])), "tracks");
}

TEST_F(ArchiveTest, WhatWasRecordedHoursAgoIsNotRecordedAgain) {
  const ArchiveRoot root = open_root();
  {
    ArchiveWriter writer = open_writer(root);
    for (const unsigned at : {0U, 900U, 1800U, 2700U}) {
      add(writer, sample_segment(at));
      commit(writer);
      ASSERT_TRUE(writer.close_before(kSampleHour + at / 900));
    }
  }
  ArchiveWriter writer = open_writer(root);
  EXPECT_TRUE(*writer.has(sample_segment(0).record));
  EXPECT_FALSE(*writer.has(sample_segment(1).record));
}

TEST_F(ArchiveTest, ALongBlobIsFollowedByAnother) {
  const ArchiveRoot root = open_root();
  ArchiveWriter writer = open_writer(root, "a", 1200);
  for (unsigned i = 0; i < 5; ++i) add(writer, sample_segment(i));
  commit(writer);
  EXPECT_TRUE(fs::exists(file("2026/10/24/00.2.mp4")));
  EXPECT_EQ(readable(root_path()), 5U);
}

TEST_F(ArchiveTest, AGroupMayCrossTheHour) {
  const ArchiveRoot root = open_root();
  ArchiveWriter writer = open_writer(root);
  add(writer, sample_segment(899));
  add(writer, sample_segment(900));
  EXPECT_EQ(commit(writer), 2U);
  EXPECT_TRUE(fs::exists(file("2026/10/24/01.0.mp4")));
  ASSERT_TRUE(writer.close_before(kSampleHour + 1));
  auto reader = ArchiveReader::open(root_path(), "cams/1");
  const auto hours = reader->hours(kAll);
  ASSERT_EQ(hours->size(), 2U);
  EXPECT_TRUE((*hours)[0].is_closed);
  EXPECT_FALSE((*hours)[1].is_closed);
}

TEST_F(ArchiveTest, AnotherMachineRaisesTheEpochAndTheFirstIsRefused) {
  const ArchiveRoot root = open_root();
  {
    ArchiveWriter writer = open_writer(root, "a");
    add(writer, sample_segment(0));
    commit(writer);
  }
  {
    ArchiveWriter writer = open_writer(root, "b");
    EXPECT_EQ(writer.epoch(), 1U);
    add(writer, sample_segment(1));
    commit(writer);
  }
  EXPECT_TRUE(fs::exists(file("2026/10/24/00.1.mp4"))) << "a blob of its own";
  EXPECT_EQ(readable(root_path()), 2U);
}

TEST_F(ArchiveTest, OneProcessRecordsAStream) {
  const ArchiveRoot root = open_root();
  const ArchiveWriter writer = open_writer(root);
  const auto second = ArchiveWriter::open(root, "cams/1", {"a"});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(second.error().message, root_path() + "/cams+1: recorded by another process");
}

TEST_F(ArchiveTest, LostHoursAreFoundAgain) {
  const ArchiveRoot root = open_root();
  {
    ArchiveWriter writer = open_writer(root);
    for (const unsigned at : {0U, 900U, 900U * 48}) add(writer, sample_segment(at));
    commit(writer);
  }
  fs::remove(file("hours.idx"));
  EXPECT_EQ(readable(root_path()), 0U);
  const ArchiveWriter writer = open_writer(root);
  EXPECT_EQ(readable(root_path()), 3U);
  EXPECT_EQ(*find_hours(file("").string()),
            (std::vector<segment::Hour>{kSampleHour, kSampleHour + 1, kSampleHour + 48}));
}

TEST_F(ArchiveTest, ADamagedIndexHeaderIsWrittenAnew) {
  const ArchiveRoot root = open_root();
  {
    ArchiveWriter writer = open_writer(root);
    add(writer, sample_segment(0));
    commit(writer);
  }
  {
    std::fstream index(file("2026/10/24/00.idx"), std::ios::in | std::ios::out);
    index.put('x');
  }
  ArchiveWriter writer = open_writer(root);
  add(writer, sample_segment(1));
  commit(writer);
  EXPECT_EQ(readable(root_path()), 2U);
}

TEST_F(ArchiveTest, BackInTimeIsAnotherHourOpen) {
  const ArchiveRoot root = open_root();
  {
    ArchiveWriter writer = open_writer(root);
    add(writer, sample_segment(2000));
    commit(writer);
    add(writer, sample_segment(3));
    commit(writer);
  }
  ArchiveWriter writer = open_writer(root);
  EXPECT_TRUE(*writer.has(sample_segment(3).record));
  EXPECT_TRUE(*writer.has(sample_segment(2000).record));
  EXPECT_EQ(readable(root_path()), 2U);
}

}  // namespace
}  // namespace flu::store
