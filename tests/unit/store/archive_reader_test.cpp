#include "libcommon/store/archive_reader.h"

#include <fstream>

#include <gmock/gmock.h>

#include "tests/unit/store/archive_samples.h"

namespace flu::store {
namespace {

namespace fs = std::filesystem;
using segment::TimeRange;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr TimeRange kAll{media::Timestamp(0), media::kMaxUtc};

// Seconds of kSampleHour.
media::Timestamp at(double seconds) {
  return segment::start_of(kSampleHour) + media::Ticks(static_cast<std::int64_t>(seconds * 90'000));
}

class ArchiveReaderTest : public ArchiveTest {
 protected:
  void record(std::initializer_list<unsigned> numbers) {
    ArchiveTest::record(numbers, [](unsigned number) { return sample_segment(number); });
  }
  ArchiveReader reader() { return open_reader(); }
};

TEST_F(ArchiveReaderTest, NothingRecordedIsNotFound) {
  const auto opened = ArchiveReader::open(root_path(), "cams/1");
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kNotFound);
}

TEST_F(ArchiveReaderTest, SegmentsAreThoseThatTheRangeTouches) {
  record({0, 1, 2, 899, 900});
  ArchiveReader archive = reader();
  const auto starts = [&](const TimeRange& range) {
    std::vector<unsigned> out;
    const auto found = archive.segments(range);
    for (const auto& each : *found) out.push_back(each.seq - 1);
    return out;
  };
  EXPECT_THAT(starts(kAll), ElementsAre(0, 1, 2, 899, 900));
  EXPECT_THAT(starts({at(4), at(8)}), ElementsAre(1));
  EXPECT_THAT(starts({at(7.9), at(8.1)}), ElementsAre(1, 2));
  EXPECT_THAT(starts({at(12), at(3000)}), IsEmpty());
  EXPECT_THAT(starts({at(3599.5), at(3601)}), ElementsAre(899, 900));
  EXPECT_THAT(starts({at(8), at(8)}), IsEmpty());
  EXPECT_THAT(starts({at(9), at(8)}), IsEmpty());
  EXPECT_THAT(starts({media::Timestamp(-5), media::Timestamp(5)}), IsEmpty());
}

TEST_F(ArchiveReaderTest, RangesAreCutToWhatIsAsked) {
  record({0, 1, 2, 899, 900, 901});
  ArchiveReader archive = reader();
  EXPECT_THAT(*archive.ranges(kAll),
              ElementsAre(TimeRange{at(0), at(12)}, TimeRange{at(3596), at(3608)}));
  EXPECT_THAT(*archive.ranges({at(5), at(3602)}),
              ElementsAre(TimeRange{at(5), at(12)}, TimeRange{at(3596), at(3602)}));
  EXPECT_THAT(*archive.ranges({at(20), at(30)}), IsEmpty());
  EXPECT_EQ(**archive.extent(), (TimeRange{at(0), at(3608)}));
}

TEST_F(ArchiveReaderTest, ASegmentIsFoundByItsStart) {
  record({0, 1});
  ArchiveReader archive = reader();
  EXPECT_EQ((*archive.find(at(4)))->seq, 2U);
  EXPECT_FALSE(*archive.find(at(5)));
  EXPECT_FALSE(*archive.find(at(90'000)));
  EXPECT_EQ(*archive.read_segment(**archive.find(at(4))), sample_segment(1).bytes);
}

TEST_F(ArchiveReaderTest, AGrowingHourIsReadAgain) {
  const ArchiveRoot root = open_root();
  ArchiveWriter writer = open_writer(root);
  add(writer, sample_segment(0));
  commit(writer);
  ArchiveReader archive = reader();
  EXPECT_EQ(archive.segments(kAll)->size(), 1U);
  add(writer, sample_segment(1));
  commit(writer);
  EXPECT_EQ(archive.segments(kAll)->size(), 2U);
}

TEST_F(ArchiveReaderTest, DamageIsSaidAndCostsItselfAlone) {
  record({0, 1, 2});
  {
    std::fstream blob(file("2026/10/24/00.0.mp4"), std::ios::in | std::ios::out);
    blob.seekp(static_cast<std::streamoff>(6 + sample_segment(0).bytes.size() + 100));
    blob.put('\xff');
  }
  ArchiveReader archive = reader();
  EXPECT_TRUE(archive.read_segment(**archive.find(at(0))));
  const auto broken = archive.read_segment(**archive.find(at(4)));
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().code, ErrorCode::kMalformed);
}

TEST_F(ArchiveReaderTest, ABlobThatIsGoneIsNotFoundAndAShortOneMalformed) {
  record({0, 1});
  ArchiveReader archive = reader();
  const auto last = **archive.find(at(4));
  fs::resize_file(file("2026/10/24/00.0.mp4"), 600);
  EXPECT_EQ(archive.open_blob(last).error().code, ErrorCode::kMalformed);
  fs::remove(file("2026/10/24/00.0.mp4"));
  EXPECT_EQ(archive.open_blob(last).error().code, ErrorCode::kNotFound);
}

TEST_F(ArchiveReaderTest, WhatLiesInACleanedBlobIsNotListed) {
  const ArchiveRoot root = open_root();
  ArchiveWriter writer = open_writer(root, "a", 1200);  // two segments a blob
  for (unsigned i = 0; i < 6; ++i) add(writer, sample_segment(i));
  commit(writer);
  ArchiveReader archive = reader();
  EXPECT_EQ(archive.segments(kAll)->size(), 6U);
  fs::remove(file("2026/10/24/00.0.mp4"));
  EXPECT_EQ(archive.segments(kAll)->front().seq, 3U);
  EXPECT_FALSE(*archive.find(at(0)));
  EXPECT_THAT(*archive.ranges(kAll), ElementsAre(TimeRange{at(8), at(24)}));
  EXPECT_EQ((*archive.hours(kAll))[0].segments, 4U);
  EXPECT_EQ((*archive.hours(kAll))[0].blobs, 2U);

  ASSERT_TRUE(writer.close_before(kSampleHour + 1));
  EXPECT_THAT(*archive.ranges(kAll), ElementsAre(TimeRange{at(8), at(24)}))
      << "nor does hours.idx tell of it";
  EXPECT_TRUE((*archive.hours(kAll))[0].is_closed);
}

TEST_F(ArchiveReaderTest, LinksAndSwappedIndexesAreNotFollowed) {
  record({0, 900});
  fs::rename(file("2026/10/24/01.idx"), file("2026/10/24/00.idx"));
  ArchiveReader archive = reader();
  EXPECT_THAT(*archive.segments(kAll), IsEmpty());
  fs::remove(file("2026/10/24/00.idx"));
  fs::create_symlink("/etc/passwd", file("2026/10/24/00.idx"));
  EXPECT_THAT(*archive.segments(kAll), IsEmpty());
}

}  // namespace
}  // namespace flu::store
