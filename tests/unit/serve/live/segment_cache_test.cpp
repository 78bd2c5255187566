#include "tools/serve/live/segment_cache.h"

#include <gtest/gtest.h>

namespace flu::serve {
namespace {

std::shared_ptr<const SentSegment> segment(std::size_t size) {
  return std::make_shared<const SentSegment>(SentSegment{make_body(Buffer(size)), "\"x\""});
}

TEST(SegmentCache, TheLeastRecentlyUsedGoes) {
  SegmentCache cache(100);
  cache.add("a", segment(40));
  cache.add("b", segment(40));
  EXPECT_NE(cache.find("a"), nullptr);
  cache.add("c", segment(40));
  EXPECT_EQ(cache.find("b"), nullptr);
  EXPECT_NE(cache.find("a"), nullptr);
  EXPECT_NE(cache.find("c"), nullptr);
  EXPECT_EQ(cache.bytes(), 80U);
}

TEST(SegmentCache, OneThatIsTooLargeIsNotKept) {
  SegmentCache cache(100);
  cache.add("a", segment(40));
  cache.add("b", segment(101));
  EXPECT_EQ(cache.find("b"), nullptr);
  EXPECT_NE(cache.find("a"), nullptr);
}

TEST(SegmentCache, WhatIsNotWantedAnyMoreGoes) {
  SegmentCache cache(100);
  cache.add("cam\n1.ts", segment(10));
  cache.add("cam\n1.m4s", segment(20));
  cache.add("cam2\n1.ts", segment(30));
  cache.drop("cam\n", ".ts");
  EXPECT_EQ(cache.find("cam\n1.ts"), nullptr);
  EXPECT_NE(cache.find("cam\n1.m4s"), nullptr);
  EXPECT_NE(cache.find("cam2\n1.ts"), nullptr);
  EXPECT_EQ(cache.bytes(), 50U);
  cache.drop("", "");
  EXPECT_EQ(cache.bytes(), 0U);
}

TEST(SegmentCache, AddingTwiceCountsOnce) {
  SegmentCache cache(100);
  cache.add("a", segment(40));
  cache.add("a", segment(40));
  EXPECT_EQ(cache.bytes(), 40U);
}

}  // namespace
}  // namespace flu::serve
