#include "libcommon/store/archive_cleaner.h"

#include <fstream>

#include <gmock/gmock.h>

#include "libcommon/store/archive_reader.h"
#include "libcommon/store/archive_survey.h"
#include "libcommon/store/hour_files.h"
#include "libcommon/store/lock_file.h"
#include "tests/unit/store/archive_samples.h"

namespace flu::store {
namespace {

namespace fs = std::filesystem;
using segment::TimeRange;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr TimeRange kAll{media::Timestamp(0), media::kMaxUtc};
constexpr unsigned kSegmentsOfAnHour = 900;
constexpr std::uint64_t kTwoSegments = 1200;  // of a blob

// Hours behind kSampleHour.
media::Timestamp at(double count) {
  return segment::start_of(kSampleHour) +
         media::Ticks(static_cast<std::int64_t>(count * 3600 * 90'000));
}

class ArchiveCleanerTest : public ArchiveTest {
 protected:
  // Six segments at the start of each of these hours, in three blobs.
  void record(const ArchiveRoot& root, std::initializer_list<unsigned> hours,
              const std::string& stream = "cams/1") {
    auto writer = ArchiveWriter::open(root, stream, {"a", kTwoSegments});
    ASSERT_TRUE(writer) << writer.error().message;
    for (const unsigned hour : hours) {
      for (unsigned i = 0; i < 6; ++i) add(*writer, sample_segment(hour * kSegmentsOfAnHour + i));
    }
    commit(*writer);
    ASSERT_TRUE(writer->close_before(kSampleHour + 1000));
  }

  static CleanRequest depth_of(std::chrono::seconds depth) {
    CleanRequest request;
    request.instead.depth = depth;
    return request;
  }
  CleanReport clean(const ArchiveRoot& root, const CleanRequest& request, double now = 1000) {
    auto report = clean_root(root, request, at(now));
    EXPECT_TRUE(report) << report.error().message;
    for (const auto& each : report->problems) ADD_FAILURE() << each.stream << ": " << each.text;
    return std::move(*report);
  }

  // As numbers of samples, each of them whole; as ranges() and hours() tell it, too.
  std::vector<unsigned> recorded(const std::string& stream = "cams/1") {
    auto reader = ArchiveReader::open(root_path(), stream);
    if (!reader) return {};
    std::vector<unsigned> out;
    const auto segments = reader->segments(kAll);
    EXPECT_TRUE(segments);
    for (const auto& record : *segments) {
      EXPECT_TRUE(reader->read_segment(record));
      out.push_back(record.seq - 1);
    }
    return out;
  }
  static std::vector<unsigned> samples(std::initializer_list<unsigned> hours) {
    std::vector<unsigned> out;
    for (const unsigned hour : hours) {
      for (unsigned i = 0; i < 6; ++i) out.push_back(hour * kSegmentsOfAnHour + i);
    }
    return out;
  }
  // All names below the stream's folder but its own files.
  std::vector<std::string> files() {
    std::vector<std::string> out;
    for (const auto& each : fs::recursive_directory_iterator(file("2026"))) {
      out.push_back(fs::relative(each.path(), file("")).string());
    }
    std::sort(out.begin(), out.end());
    return out;
  }
};

TEST_F(ArchiveCleanerTest, OldHoursGoWithTheirFolders) {
  const ArchiveRoot root = open_root();
  record(root, {0, 1, 24, 24 * 9});
  const CleanReport report = clean(root, depth_of(std::chrono::hours(1)), 24.5);
  ASSERT_EQ(report.deleted.size(), 2U);
  EXPECT_EQ(report.deleted[0].stream, "cams/1");
  EXPECT_EQ(report.deleted[0].what.hour, kSampleHour);
  EXPECT_EQ(report.deleted[0].reason, "older than 1h");
  EXPECT_EQ(report.bytes, report.deleted[0].what.bytes + report.deleted[1].what.bytes);
  EXPECT_EQ(recorded(), samples({24, 24 * 9}));
  EXPECT_FALSE(fs::exists(file("2026/10/24")));
  clean(root, depth_of(std::chrono::hours(1)), 27);
  EXPECT_THAT(files(),
              ElementsAre("2026/11", "2026/11/02", "2026/11/02/00.0.mp4", "2026/11/02/00.1.mp4",
                          "2026/11/02/00.2.mp4", "2026/11/02/00.idx"));
  clean(root, depth_of(std::chrono::hours(1)));
  EXPECT_FALSE(fs::exists(file("2026")));
  EXPECT_TRUE(fs::exists(file("stream.json")));
  EXPECT_THAT(recorded(), IsEmpty());
  EXPECT_THAT(clean(root, depth_of(std::chrono::hours(1))).deleted, IsEmpty());
}

TEST_F(ArchiveCleanerTest, ADryRunChangesNothing) {
  const ArchiveRoot root = open_root();
  record(root, {0, 1});
  CleanRequest request = depth_of(std::chrono::hours(1));
  request.is_dry_run = true;
  EXPECT_EQ(clean(root, request).deleted.size(), 2U);
  EXPECT_EQ(recorded(), samples({0, 1}));
}

TEST_F(ArchiveCleanerTest, OfAnHourBlobsGoAndItsIndexStays) {
  const ArchiveRoot root = open_root();
  record(root, {0, 1});
  CleanRequest request;
  request.instead.max_bytes = 5000;  // of 6780
  EXPECT_EQ(clean(root, request).deleted.size(), 2U);
  EXPECT_EQ(recorded().size(), 8U);
  EXPECT_EQ(recorded().front(), 4U);
  auto reader = ArchiveReader::open(root_path(), "cams/1");
  EXPECT_EQ((*reader->ranges(kAll))[0].from, sample_segment(4).record.start);
  EXPECT_EQ((*reader->hours(kAll))[0].blobs, 1U);
  EXPECT_TRUE((*reader->hours(kAll))[0].is_closed);
}

TEST_F(ArchiveCleanerTest, WhatIsLockedStays) {
  const ArchiveRoot root = open_root();
  record(root, {0, 1, 2});
  auto locks = LockFile::open(root_path(), "cams/1");
  const segment::IndexRecord inside = sample_segment(kSegmentsOfAnHour + 2).record;
  ASSERT_TRUE(locks->add({inside.start, segment::end_of(inside)}, WallTime()));
  clean(root, depth_of(std::chrono::hours(1)));
  EXPECT_THAT(recorded(), ElementsAre(902, 903)) << "the blob with what is locked";
  ASSERT_TRUE(locks->remove({inside.start, segment::end_of(inside)}, WallTime()));
  clean(root, depth_of(std::chrono::hours(1)));
  EXPECT_THAT(recorded(), IsEmpty());
}

TEST_F(ArchiveCleanerTest, ALimitThatCannotBeHeldIsTold) {
  const ArchiveRoot root = open_root();
  record(root, {0});
  ASSERT_TRUE(LockFile::open(root_path(), "cams/1")->add({at(0), at(1)}, WallTime()));
  CleanRequest request;
  request.instead.max_bytes = 1;
  const CleanReport report = clean(root, request);
  ASSERT_EQ(report.shortfalls.size(), 1U);
  EXPECT_EQ(report.shortfalls[0].stream, "cams/1");
  EXPECT_THAT(report.shortfalls[0].text, HasSubstr("locked or being recorded"));
  EXPECT_EQ(recorded(), samples({0}));
}

// Where a power cut falls between any two steps.
TEST_F(ArchiveCleanerTest, CutShortAnywhereItIsReadableAndFinishedNextTime) {
  record(open_root(), {0, 1, 2, 30});
  const segment::IndexRecord locked = sample_segment(kSegmentsOfAnHour).record;
  ASSERT_TRUE(LockFile::open(root_path(), "cams/1")
                  ->add({locked.start, segment::end_of(locked)}, WallTime()));
  fs::rename(root_path(), folder_ / "whole");
  unsigned steps = 0;
  for (unsigned last = 0;; ++last) {
    fs::remove_all(root_path());
    fs::copy(folder_ / "whole", root_path(), fs::copy_options::recursive);
    const ArchiveRoot root = open_root();
    auto other = ArchiveReader::open(root_path(), "cams/1");
    CleanRequest request = depth_of(std::chrono::hours(1));
    steps = 0;
    request.may_go_on = [&] {
      // Who reads meanwhile, and has read before, finds what is listed.
      const auto listed = other->segments(kAll);
      EXPECT_TRUE(listed);
      for (const auto& record : *listed) EXPECT_TRUE(other->read_segment(record));
      EXPECT_TRUE(other->ranges(kAll));
      return steps++ < last;
    };
    const CleanReport report = clean(root, request, 31);
    const auto left = recorded();
    EXPECT_TRUE(std::count(left.begin(), left.end(), 900U)) << "locked";
    EXPECT_TRUE(std::count(left.begin(), left.end(), 30 * 900U)) << "not old";
    const bool was_whole = report.is_finished;
    const CleanReport rest = clean(root, depth_of(std::chrono::hours(1)), 31);
    EXPECT_TRUE(rest.is_finished);
    EXPECT_TRUE(!was_whole || rest.deleted.empty());
    std::vector<unsigned> expected{900, 901};
    for (const unsigned number : samples({30})) expected.push_back(number);
    EXPECT_EQ(recorded(), expected) << last;
    EXPECT_THAT(files(),
                ElementsAre("2026/10", "2026/10/24", "2026/10/24/01.0.mp4", "2026/10/24/01.idx",
                            "2026/10/25", "2026/10/25/06.0.mp4", "2026/10/25/06.1.mp4",
                            "2026/10/25/06.2.mp4", "2026/10/25/06.idx"));
    auto reader = ArchiveReader::open(root_path(), "cams/1");
    const auto ranges = reader->ranges(kAll);
    ASSERT_EQ(ranges->size(), 2U) << last;
    EXPECT_EQ((*ranges)[0], (TimeRange{at(1), at(1) + media::Ticks(720'000)})) << last;
    if (was_whole) break;
  }
  EXPECT_GT(steps, 15U);
}

TEST_F(ArchiveCleanerTest, WhatIsRecordedStays) {
  const ArchiveRoot root = open_root();
  ArchiveWriter writer = open_writer(root, "a", kTwoSegments);
  for (unsigned i = 0; i < 5; ++i) add(writer, sample_segment(i));
  commit(writer);
  clean(root, depth_of(std::chrono::hours(1)));
  EXPECT_THAT(recorded(), ElementsAre(4)) << "the newest blob";
  add(writer, sample_segment(5));
  add(writer, sample_segment(6));
  EXPECT_EQ(commit(writer), 2U);
  EXPECT_THAT(recorded(), ElementsAre(4, 5, 6));
  ASSERT_TRUE(writer.close_before(kSampleHour + 1));
  auto reader = ArchiveReader::open(root_path(), "cams/1");
  EXPECT_EQ((*reader->hours(kAll))[0].segments, 3U);
}

TEST_F(ArchiveCleanerTest, WhatItsRecorderLeftOpenIsCleaned) {
  const ArchiveRoot root = open_root();
  {
    ArchiveWriter writer = open_writer(root);
    add(writer, sample_segment(0));
    commit(writer);
    ASSERT_TRUE(writer.prepare(kSampleHour + 1));
  }
  EXPECT_EQ(clean(root, depth_of(std::chrono::hours(1))).deleted.size(), 2U);
  EXPECT_FALSE(fs::exists(file("2026")));
  ArchiveWriter writer = open_writer(root);
  add(writer, sample_segment(1));
  commit(writer);
  EXPECT_THAT(recorded(), ElementsAre(1));
}

TEST_F(ArchiveCleanerTest, WhatTheConfigurationForgotKeepsItsLimits) {
  const ArchiveRoot root = open_root();
  record(root, {0, 1});
  record(root, {0, 1}, "cams/2");
  {
    ArchiveWriter writer = open_writer(root);
    ASSERT_TRUE(writer.set_limits({std::chrono::hours(998), {}, {}}));
  }
  CleanRequest request;
  request.limits["cams/2"] = {};
  clean(root, request, 999);
  EXPECT_EQ(recorded(), samples({1}));
  EXPECT_EQ(recorded("cams/2"), samples({0, 1}));
  request.limits["cams/1"] = {std::chrono::hours(2000), {}, {}};
  clean(root, request);
  EXPECT_EQ(recorded(), samples({1})) << "as configured now";
}

TEST_F(ArchiveCleanerTest, OnlyNamedStreamsAreCleaned) {
  const ArchiveRoot root = open_root();
  record(root, {0});
  record(root, {0}, "cams/2");
  CleanRequest request = depth_of(std::chrono::hours(1));
  request.names = {"cams/2"};
  clean(root, request);
  EXPECT_EQ(recorded(), samples({0}));
  EXPECT_THAT(recorded("cams/2"), IsEmpty());
  request.names = {"cams/3"};
  EXPECT_EQ(clean_root(root, request, at(1)).error().message,
            root_path() + ": nothing is recorded of 'cams/3'");
}

TEST_F(ArchiveCleanerTest, AFullDiskTakesTheOldestOfAllStreams) {
  const ArchiveRoot root = open_root();
  record(root, {1, 2});
  record(root, {0, 3}, "cams/2");
  CleanRequest request;
  request.needed_bytes = 4000;  // an hour has 3390
  EXPECT_EQ(clean(root, request).deleted.size(), 2U);
  EXPECT_EQ(recorded("cams/2"), samples({3}));
  EXPECT_EQ(recorded().size(), 10U);
}

TEST_F(ArchiveCleanerTest, ABlobRemovedByHandIsToldOfNoMore) {
  const ArchiveRoot root = open_root();
  record(root, {0, 1});
  fs::remove(file("2026/10/24/00.0.mp4"));
  clean(root, {});
  auto reader = ArchiveReader::open(root_path(), "cams/1");
  EXPECT_EQ((*reader->ranges(kAll))[0].from, sample_segment(2).record.start);
}

TEST_F(ArchiveCleanerTest, WithoutHoursIdxTheFoldersTell) {
  const ArchiveRoot root = open_root();
  record(root, {0, 1});
  fs::remove(file("hours.idx"));
  EXPECT_EQ(clean(root, depth_of(std::chrono::hours(1))).deleted.size(), 2U);
  EXPECT_FALSE(fs::exists(file("2026")));
}

TEST_F(ArchiveCleanerTest, FilesThatAreNotOursStay) {
  const ArchiveRoot root = open_root();
  record(root, {0});
  for (const char* name : {"00.notes", "00.01.mp4", "01.0.mp4", "00.jpgs", "00.jix"}) {
    std::ofstream(file("2026/10/24") / name) << "x";
  }
  clean(root, depth_of(std::chrono::hours(1)));
  EXPECT_THAT(files(), ElementsAre("2026/10", "2026/10/24", "2026/10/24/00.01.mp4",
                                   "2026/10/24/00.notes", "2026/10/24/01.0.mp4"));
}

TEST_F(ArchiveCleanerTest, OfAnArchiveThatCannotBeReadNothingGoes) {
  const ArchiveRoot root = open_root();
  record(root, {0});
  record(root, {0}, "cams/2");
  std::ofstream(file("stream.json")) << "{";
  const auto report = clean_root(root, depth_of(std::chrono::hours(1)), at(1000));
  ASSERT_TRUE(report);
  ASSERT_EQ(report->problems.size(), 1U);
  EXPECT_EQ(report->problems[0].stream, "cams/1");
  EXPECT_EQ(recorded(), samples({0}));
  EXPECT_THAT(recorded("cams/2"), IsEmpty());
}

TEST_F(ArchiveCleanerTest, DamagedLocksAreTold) {
  const ArchiveRoot root = open_root();
  record(root, {0});
  ASSERT_TRUE(LockFile::open(root_path(), "cams/1")->add({at(0), at(1)}, WallTime()));
  {
    std::fstream log(file("locks.log"), std::ios::in | std::ios::out | std::ios::ate);
    log << std::string(64, 'x');
  }
  const auto report = clean_root(root, depth_of(std::chrono::hours(1)), at(1000));
  ASSERT_EQ(report->problems.size(), 1U);
  EXPECT_EQ(report->problems[0].text, "locks.log: 1 damaged records");
  EXPECT_EQ(recorded(), samples({0}));
}

TEST_F(ArchiveCleanerTest, WhereTheDiskIsUnmountedNothingGoes) {
  const ArchiveRoot root = open_root();
  record(root, {0});
  fs::rename(root_path(), folder_ / "disk");
  const auto report = clean_root(root, depth_of(std::chrono::hours(1)), at(1000));
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(fs::exists(folder_ / "disk/cams+1/2026/10/24/00.idx"));
}

}  // namespace
}  // namespace flu::store
