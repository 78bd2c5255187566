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

TEST(SegmentCache, AddingTwiceCountsOnce) {
  SegmentCache cache(100);
  cache.add("a", segment(40));
  cache.add("a", segment(40));
  EXPECT_EQ(cache.bytes(), 40U);
}

}  // namespace
}  // namespace flu::serve
