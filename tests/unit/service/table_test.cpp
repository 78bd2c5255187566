#include "libcommon/service/table.h"

#include <gtest/gtest.h>

namespace flu::service {
namespace {

TEST(Table, ColumnsAreAsWideAsTheirWidestCell) {
  Table table({{"NAME"}, {"N", true}, {"LAST"}});
  table.add({"a", "1", "x"});
  table.add({"longer", "1000", ""});
  EXPECT_EQ(table.to_text(), "NAME       N  LAST\na          1  x\nlonger  1000\n");
}

TEST(Table, LettersOfSeveralBytesTakeOnePlace) {
  Table table({{"A"}, {"B"}});
  table.add({"\xC3\xA4\xC3\xB6", "x"});
  EXPECT_EQ(table.to_text(), "A   B\n\xC3\xA4\xC3\xB6  x\n");
}

TEST(DurationText, HasTwoUnitsAtMost) {
  EXPECT_EQ(duration_text(0), "0s");
  EXPECT_EQ(duration_text(725), "12m05s");
  EXPECT_EQ(duration_text(3 * 3600 + 125), "3h02m");
  EXPECT_EQ(duration_text(5 * 86400 + 3600), "5d01h");
}

TEST(BitrateText, IsReadable) {
  EXPECT_EQ(bitrate_text(2'700'000), "2.70 Mbit/s");
  EXPECT_EQ(bitrate_text(64'000), "64 kbit/s");
  EXPECT_EQ(size_text(3.25 * 1024 * 1024), "3.2 MiB");
}

}  // namespace
}  // namespace flu::service
