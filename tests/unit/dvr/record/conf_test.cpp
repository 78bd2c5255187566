#include "tools/dvr/record/conf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flu::dvr {
namespace {

using ::testing::ElementsAre;

TEST(RecordConf, SaysWhatIsRecordedAndHow) {
  const auto streams = parse_conf(R"({"version":1,"root":"/s","streams":[
      {"name":"a/b","record":false,"depth_s":172800,"max_usage":90,"max_bytes":10737418240,
       "schedule":[[480,960],[1320,90]],"index":false},
      {"name":"c"}]})");
  ASSERT_TRUE(streams);
  ASSERT_EQ(streams->size(), 2U);
  const RecordedStream& first = streams->front();
  EXPECT_EQ(first.name, "a/b");
  EXPECT_FALSE(first.is_recording);
  EXPECT_EQ(first.limits.depth, std::chrono::hours(48));
  EXPECT_EQ(first.limits.max_usage, 90U);
  EXPECT_EQ(first.limits.max_bytes, std::uint64_t{10} << 30);
  EXPECT_THAT(first.schedule, ElementsAre(DailyInterval{480, 960}, DailyInterval{1320, 90}));
  EXPECT_FALSE(first.has_index);
  RecordedStream plain;
  plain.name = "c";
  EXPECT_EQ(streams->back(), plain);
}

TEST(RecordConf, WhatCannotBeUnderstoodIsLeftOut) {
  const auto streams = parse_conf(R"({"streams":[1,{"name":"../x"},{"name":7},{},
      {"name":"a","depth_s":-1,"max_usage":101,"schedule":[[1],[1,2,3],["a","b"],[5000,1]]}]})");
  ASSERT_TRUE(streams);
  RecordedStream plain;
  plain.name = "a";
  EXPECT_THAT(*streams, ElementsAre(plain));
}

TEST(RecordConf, AFileOfSomethingElseIsRefused) {
  for (const char* text : {"", "{", "[]", "{}", R"({"streams":{}})"}) {
    EXPECT_FALSE(parse_conf(text)) << text;
  }
}

}  // namespace
}  // namespace flu::dvr
