#include "libcommon/store/hour_writer.h"

#include "libcommon/io/file.h"
#include "libcommon/store/archive_names.h"
#include "tests/unit/store/archive_samples.h"

namespace flu::store {
namespace {

namespace fs = std::filesystem;

class HourWriterTest : public ArchiveTest {
 protected:
  HourWriterTest() {
    EXPECT_TRUE(io::make_directories(root_path() + "/" + day_folder(kSampleHour)));
  }

  Result<HourWriter> open(std::uint64_t epoch = 0) {
    return HourWriter::open({root_path(), kSampleHour, {}, epoch, kMaxBlobBytes});
  }
  static void record(HourWriter& writer, unsigned number) {
    const SampleSegment segment = sample_segment(number);
    ASSERT_TRUE(writer.append(segment.record, segment.bytes, segment.init));
  }
  static void commit(HourWriter& writer) {
    ASSERT_TRUE(writer.sync_media());
    ASSERT_TRUE(writer.write_records());
    ASSERT_TRUE(writer.sync_records());
  }
};

TEST_F(HourWriterTest, RecordsFollowTheirMedia) {
  auto writer = open();
  ASSERT_TRUE(writer) << writer.error().message;
  record(*writer, 0);
  EXPECT_TRUE(writer->has_pending());
  ASSERT_TRUE(writer->sync_media());
  EXPECT_EQ(fs::file_size(root_path() + "/2026/10/24/00.idx"), segment::kHourHeaderSize);
  commit(*writer);
  EXPECT_FALSE(writer->has_pending());
  EXPECT_EQ(fs::file_size(root_path() + "/2026/10/24/00.idx"),
            segment::kHourHeaderSize + 2 * segment::kRecordSize)
      << "of the blob and of the segment";
}

TEST_F(HourWriterTest, ABlobNobodyKnowsIsWrittenOver) {
  {
    auto writer = open();
    record(*writer, 0);
    record(*writer, 1);
  }
  auto writer = open();
  record(*writer, 0);
  commit(*writer);
  EXPECT_EQ(fs::file_size(root_path() + "/2026/10/24/00.0.mp4"),
            6 + sample_segment(0).bytes.size());
}

TEST_F(HourWriterTest, ATornRecordIsCutOff) {
  {
    auto writer = open();
    record(*writer, 0);
    record(*writer, 1);
    commit(*writer);
  }
  const std::string index = root_path() + "/2026/10/24/00.idx";
  fs::resize_file(index, fs::file_size(index) - 3);
  auto writer = open();
  EXPECT_EQ(writer->records().size(), 2U);
  EXPECT_GT(writer->dropped_bytes(), sample_segment(1).bytes.size());
  record(*writer, 2);
  commit(*writer);
  EXPECT_EQ(open()->records().size(), 3U);
}

TEST_F(HourWriterTest, AnOwnerThatWasReplacedMayNotWrite) {
  {
    auto writer = open(5);
    record(*writer, 0);
    commit(*writer);
  }
  const auto late = open(4);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::kDenied);
}

TEST_F(HourWriterTest, AfterItsBlobWasCleanedAnotherBegins) {
  {
    auto writer = open();
    record(*writer, 0);
    record(*writer, 1);
    commit(*writer);
  }
  fs::remove(root_path() + "/2026/10/24/00.0.mp4");
  auto writer = open();
  ASSERT_TRUE(writer) << writer.error().message;
  record(*writer, 2);
  commit(*writer);
  EXPECT_TRUE(open());
}

}  // namespace
}  // namespace flu::store
