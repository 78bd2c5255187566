#include "libcommon/store/hours_file.h"

#include <fcntl.h>

#include "libcommon/io/file.h"
#include "tests/unit/store/archive_samples.h"

namespace flu::store {
namespace {

namespace fs = std::filesystem;
using segment::Hour;

class HoursFileTest : public ArchiveTest {
 protected:
  HoursFileTest() { fs::create_directories(root_path()); }

  HoursFile open() { return std::move(*HoursFile::open(root_path(), {7})); }

  static segment::HourSummary summary(Hour hour) {
    segment::HourSummary out;
    out.hour = hour;
    out.segments = 1;
    out.first = segment::start_of(hour);
    out.last = out.first + media::Ticks(90'000);
    return out;
  }

  std::vector<Hour> hours(Hour from, Hour to) {
    const auto file = io::open_file(root_path() + "/hours.idx", O_RDONLY);
    const auto known = read_hours(file->get(), from, to, "hours.idx");
    EXPECT_TRUE(known);
    std::vector<Hour> out;
    for (const KnownHour& each : *known) {
      EXPECT_TRUE(each.summary);
      out.push_back(each.hour);
    }
    return out;
  }
};

TEST_F(HoursFileTest, HoursMayComeInAnyOrder) {
  HoursFile file = open();
  EXPECT_TRUE(file.was_made());
  for (const Hour hour : {500'000, 502'000, 400'000}) ASSERT_TRUE(file.put(summary(hour)));
  EXPECT_EQ(hours(0, 1'000'000), (std::vector<Hour>{400'000, 500'000, 502'000}));
  EXPECT_EQ(hours(401'000, 502'000), (std::vector<Hour>{500'000}));
  EXPECT_EQ(hours(600'000, 700'000), (std::vector<Hour>{}));
  EXPECT_FALSE(open().was_made());
}

TEST_F(HoursFileTest, AnHourIsReplacedAndRemoved) {
  HoursFile file = open();
  ASSERT_TRUE(file.put(summary(500'000)));
  ASSERT_TRUE(file.put(summary(501'000)));
  ASSERT_TRUE(file.put(summary(501'000)));
  ASSERT_TRUE(file.remove(500'000));
  ASSERT_TRUE(file.remove(900'000)) << "nothing was known of it";
  EXPECT_EQ(hours(0, 1'000'000), (std::vector<Hour>{501'000}));
}

TEST_F(HoursFileTest, AHourACenturyAwayIsRefused) {
  HoursFile file = open();
  ASSERT_TRUE(file.put(summary(500'000)));
  EXPECT_EQ(file.put(summary(500'000 + 101 * 366 * 24)).error().code, ErrorCode::kLimitExceeded);
}

TEST_F(HoursFileTest, ADamagedHeaderIsLikeNoFile) {
  HoursFile file = open();
  ASSERT_TRUE(file.put(summary(500'000)));
  fs::resize_file(root_path() + "/hours.idx", 63);
  EXPECT_TRUE(open().was_made());
}

}  // namespace
}  // namespace flu::store
