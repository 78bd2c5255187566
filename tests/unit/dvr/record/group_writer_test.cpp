#include "tools/dvr/record/group_writer.h"

#include <fcntl.h>

#include <fstream>

#include <gmock/gmock.h>

#include "libcommon/io/file.h"
#include "libcommon/store/archive_reader.h"
#include "tests/unit/store/archive_samples.h"

namespace flu::dvr {
namespace {

namespace fs = std::filesystem;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class GroupWriterTest : public store::ArchiveTest {
 protected:
  GroupWriterTest() { fs::create_directories(memory()); }

  GroupWriter writer() { return GroupWriter({root_path(), memory(), "a"}); }

  Item item(const std::string& stream, unsigned number) {
    const store::SampleSegment sample = store::sample_segment(number);
    const std::string file = folder_ / "segment";
    std::ofstream(file, std::ios::trunc) << as_text(sample.bytes);
    Item out;
    out.stream = stream;
    out.record = sample.record;
    out.file = std::move(*io::open_file(file, O_RDONLY));
    out.init = std::make_shared<const Buffer>(sample.init);
    fs::remove(file);  // as a window does
    return out;
  }

  std::vector<Item> items(const std::vector<std::string>& streams, unsigned number) {
    std::vector<Item> out;
    for (const auto& stream : streams) out.push_back(item(stream, number));
    return out;
  }

  std::size_t recorded(const std::string& stream) {
    auto reader = store::ArchiveReader::open(root_path(), stream);
    if (!reader) return 0;
    return reader->segments({media::Timestamp(0), media::kMaxUtc})->size();
  }
};

TEST_F(GroupWriterTest, AGroupOfManyStreamsCostsTwoBarriers) {
  GroupWriter group = writer();
  std::vector<std::string> names;
  for (unsigned i = 0; i < 20; ++i) names.push_back("cam" + std::to_string(i));
  const GroupResult result = group.write(items(names, 0));
  EXPECT_FALSE(result.error);
  EXPECT_EQ(result.barriers, 2U);
  EXPECT_THAT(result.acknowledged, SizeIs(20));
  EXPECT_TRUE(result.acknowledged.front().is_new_blob);
  EXPECT_FALSE(group.write(items(names, 1)).acknowledged.front().is_new_blob);
  EXPECT_EQ(recorded("cam7"), 2U);
}

TEST_F(GroupWriterTest, WhatIsRecordedAlreadyIsDone) {
  GroupWriter group = writer();
  group.write(items({"a"}, 0));
  const GroupResult again = group.write(items({"a"}, 0));
  EXPECT_THAT(again.acknowledged, IsEmpty());
  EXPECT_THAT(again.done, SizeIs(1));
  EXPECT_EQ(recorded("a"), 1U);
}

TEST_F(GroupWriterTest, AStreamThatFailsLeavesTheOthersAlone) {
  fs::create_directories(root_path());
  std::ofstream(root_path() + "/bad") << "a file where a folder should be";
  GroupWriter group = writer();
  const GroupResult result = group.write(items({"a", "bad", "c"}, 0));
  EXPECT_FALSE(result.error);
  EXPECT_THAT(result.acknowledged, SizeIs(2));
  EXPECT_THAT(result.failed, SizeIs(1));
  EXPECT_THAT(result.stream_errors.at("bad").message, testing::HasSubstr(root_path() + "/bad"));
}

TEST_F(GroupWriterTest, ASegmentThatIsNotWhatItsRecordSaysIsNotRecorded) {
  GroupWriter group = writer();
  auto group_items = items({"a"}, 0);
  group_items.front().record.data_crc ^= 1;
  const GroupResult result = group.write(std::move(group_items));
  EXPECT_EQ(result.damaged, 1U);
  EXPECT_THAT(result.done, SizeIs(1));
  EXPECT_EQ(recorded("a"), 0U);
}

TEST_F(GroupWriterTest, ARootThatWentAndCameBackGoesOn) {
  GroupWriter group = writer();
  group.write(items({"a"}, 0));
  fs::rename(root_path(), folder_ / "disk");
  fs::create_directory(root_path());
  GroupResult result = group.write(items({"a"}, 1));
  ASSERT_TRUE(result.error);
  EXPECT_THAT(result.failed, SizeIs(1));
  EXPECT_TRUE(fs::is_empty(root_path())) << "nothing at the bare mount point";

  fs::remove(root_path());
  fs::rename(folder_ / "disk", root_path());
  result = group.write(std::move(result.failed));
  EXPECT_FALSE(result.error);
  EXPECT_EQ(recorded("a"), 2U);
}

TEST_F(GroupWriterTest, HoursAreOpenedAndClosedAtTheirMoments) {
  GroupWriter group = writer();
  group.write(items({"a"}, 0));
  const auto start = segment::start_of(store::kSampleHour);
  const auto second = [&](std::int64_t count) { return start + media::Ticks(count * 90'000); };
  EXPECT_FALSE(group.look_after_hours(second(3000), monotonic_now()));
  EXPECT_FALSE(fs::exists(root_path() + "/a/2026/10/24/01.idx"));
  EXPECT_FALSE(group.look_after_hours(second(3599), monotonic_now()));
  EXPECT_TRUE(fs::exists(root_path() + "/a/2026/10/24/01.idx"));
  group.write(items({"a"}, 900));
  EXPECT_FALSE(group.look_after_hours(second(3600 + 300), monotonic_now()));
  auto reader = store::ArchiveReader::open(root_path(), "a");
  const auto hours = reader->hours({media::Timestamp(0), media::kMaxUtc});
  ASSERT_THAT(*hours, SizeIs(2));
  EXPECT_TRUE(hours->front().is_closed);
  EXPECT_FALSE(hours->back().is_closed);
}

TEST_F(GroupWriterTest, ASilentStreamsArchiveIsClosedAndOpenedAgain) {
  GroupWriter group = writer();
  group.write(items({"a"}, 0));
  const auto start = segment::start_of(store::kSampleHour);
  EXPECT_FALSE(group.look_after_hours(start, monotonic_now() + std::chrono::minutes(10)));
  auto reader = store::ArchiveReader::open(root_path(), "a");
  EXPECT_TRUE(reader->hours({media::Timestamp(0), media::kMaxUtc})->front().is_closed);
  EXPECT_TRUE(store::ArchiveWriter::open(open_root(), "a", {"a"})) << "nobody holds its lock";
  // No hour is opened for what does not come.
  EXPECT_FALSE(
      group.look_after_hours(start + media::Ticks(std::int64_t{3599} * 90'000), monotonic_now()));
  EXPECT_FALSE(fs::exists(root_path() + "/a/2026/10/24/01.idx"));
  EXPECT_THAT(group.write(items({"a"}, 1)).acknowledged, SizeIs(1));
  EXPECT_EQ(recorded("a"), 2U);
}

}  // namespace
}  // namespace flu::dvr
