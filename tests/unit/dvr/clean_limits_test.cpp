#include "tools/dvr/clean_limits.h"

#include <gtest/gtest.h>

namespace flu::dvr {
namespace {

using segment::ArchiveLimits;

TEST(CleanLimits, WhatIsNotSaidIsNoLimit) {
  EXPECT_EQ(*parse_limits({}), ArchiveLimits());
}

TEST(CleanLimits, EachHasItsUnit) {
  Options options;
  options.depth = "36h";
  options.max_size = "500G";
  options.max_usage = "90%";
  EXPECT_EQ(*parse_limits(options), (ArchiveLimits{std::chrono::hours(36), 500ULL << 30, 90U}));
  options.max_usage = "90";
  EXPECT_EQ(parse_limits(options)->max_usage, 90U);
}

TEST(CleanLimits, WhatCouldMeanLessIsRefused) {
  const auto refused = [](std::string Options::*option, std::initializer_list<const char*> values) {
    for (const char* value : values) {
      Options options;
      options.*option = value;
      EXPECT_FALSE(parse_limits(options)) << value;
    }
  };
  refused(&Options::depth, {"5", "0d", "10ms", "-5d", "d", "5x"});
  refused(&Options::max_size, {"500", "0G", "-1G", "G", "1.5G"});
  refused(&Options::max_usage, {"0", "101%", "%", "9x", "-1"});
}

TEST(CleanLimits, ARangeHasABeginningAndALength) {
  Options options;
  options.from = "1483971680.5";
  options.duration = "1000";
  const auto range = parse_range(options);
  ASSERT_TRUE(range) << range.error().message;
  EXPECT_EQ(range->from.count(), 1'483'971'680'500 * 90);
  EXPECT_EQ((range->to - range->from).count(), 90'000'000);
  options.duration = "20m";
  EXPECT_TRUE(parse_range(options));
  for (const char* from : {"", "5d", "0", "1483971680s", "tomorrow"}) {
    options.from = from;
    EXPECT_FALSE(parse_range(options)) << from;
  }
  options.from = "1483971680";
  for (const char* duration : {"", "0", "x", "99999999999999d"}) {
    options.duration = duration;
    EXPECT_FALSE(parse_range(options)) << duration;
  }
}

}  // namespace
}  // namespace flu::dvr
