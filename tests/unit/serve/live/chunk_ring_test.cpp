#include "tools/serve/live/chunk_ring.h"

#include <gtest/gtest.h>

namespace flu::serve {
namespace {

TEST(ChunkRing, NumbersGoOn) {
  ChunkRing ring(1000);
  ring.add(Buffer(10), true);
  ring.add(Buffer(10), false);
  EXPECT_EQ(ring.end(), 2U);
  ring.clear();
  EXPECT_EQ(ring.first(), 2U);
  EXPECT_FALSE(ring.newest_start());
  ring.add(Buffer(10), true);
  EXPECT_EQ(ring.newest_start(), 2U);
  EXPECT_EQ(ring.find(1), nullptr);
  ASSERT_NE(ring.find(2), nullptr);
  EXPECT_EQ(ring.find(3), nullptr);
}

TEST(ChunkRing, KeepsWhatReadersNeed) {
  ChunkRing ring(1000);
  for (int i = 0; i < 6; ++i) ring.add(Buffer(10), i % 3 == 0);
  ring.trim(1);
  EXPECT_EQ(ring.first(), 1U);
  ring.trim(100);  // the newest start stays for who joins
  EXPECT_EQ(ring.first(), 3U);
  EXPECT_EQ(ring.bytes(), 30U);
}

TEST(ChunkRing, KeepsSoMuchBeforeTheNewestStart) {
  const auto at = [](int seconds) { return media::Timestamp(seconds * 90'000); };
  ChunkRing ring(1000);
  EXPECT_FALSE(ring.start_behind(at(0)));
  for (int i = 0; i < 8; ++i) ring.add(Buffer(10), i % 2 == 0, {}, at(i));
  EXPECT_EQ(ring.start_behind(at(0)), 6U);
  EXPECT_EQ(ring.start_behind(at(2)), 4U);
  EXPECT_EQ(ring.start_behind(at(3)), 2U);    // at least so much
  EXPECT_EQ(ring.start_behind(at(100)), 0U);  // what there is
  ring.trim(100, at(3));
  EXPECT_EQ(ring.first(), 2U);
  EXPECT_EQ(ring.start_behind(at(100)), 2U);
}

TEST(ChunkRing, FindsTheNextStart) {
  ChunkRing ring(1000);
  for (int i = 0; i < 6; ++i) ring.add(Buffer(10), i % 3 == 0);
  EXPECT_EQ(ring.next_start(0), 0U);
  EXPECT_EQ(ring.next_start(1), 3U);
  EXPECT_EQ(ring.next_start(3), 3U);
  EXPECT_FALSE(ring.next_start(4));
}

TEST(ChunkRing, IsBoundedByBytes) {
  ChunkRing ring(100);
  ring.add(Buffer(60), true);
  ring.add(Buffer(60), false);
  EXPECT_EQ(ring.first(), 1U);
  EXPECT_EQ(ring.bytes(), 60U);
  EXPECT_FALSE(ring.newest_start());  // it went
  ring.add(Buffer(500), true);        // one that is larger than all stays alone
  EXPECT_EQ(ring.first(), 2U);
  EXPECT_EQ(ring.newest_start(), 2U);
}

TEST(ChunkRing, AReaderMayHoldAChunkThatWent) {
  ChunkRing ring(100);
  ring.add(Buffer(60, 7), true);
  const ChunkRing::Chunk held = *ring.find(0);
  ring.add(Buffer(60), true);
  EXPECT_EQ(ring.find(0), nullptr);
  EXPECT_EQ(held->size(), 60U);
  EXPECT_EQ(held->front(), 7);
}

}  // namespace
}  // namespace flu::serve
