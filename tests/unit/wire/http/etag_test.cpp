#include "libcommon/wire/http/etag.h"

#include <gtest/gtest.h>

namespace flu::wire {
namespace {

constexpr std::string_view kTag = "\"abc-1\"";

TEST(Etag, IsFoundInAList) {
  EXPECT_TRUE(is_etag_listed("\"abc-1\"", kTag));
  EXPECT_TRUE(is_etag_listed("\"x\", \"abc-1\"", kTag));
  EXPECT_TRUE(is_etag_listed("\"x\",W/\"abc-1\"", kTag));
  EXPECT_TRUE(is_etag_listed("*", kTag));
  EXPECT_TRUE(is_etag_listed(" , \"abc-1\" ,", kTag));
}

TEST(Etag, AnythingElseIsNotIt) {
  for (const char* list : {"", "\"abc\"", "abc-1", "\"abc-1", "W/", "\"x\" abc-1", "\"ABC-1\""}) {
    EXPECT_FALSE(is_etag_listed(list, kTag)) << list;
  }
  EXPECT_FALSE(is_etag_listed("*", ""));
}

TEST(Etag, IfRangeWantsTheSameStrongTag) {
  EXPECT_TRUE(is_range_allowed("", kTag));
  EXPECT_TRUE(is_range_allowed("\"abc-1\"", kTag));
  EXPECT_FALSE(is_range_allowed("W/\"abc-1\"", kTag));
  EXPECT_FALSE(is_range_allowed("Sun, 06 Nov 1994 08:49:37 GMT", kTag));
}

}  // namespace
}  // namespace flu::wire
