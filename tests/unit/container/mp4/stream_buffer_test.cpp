#include "libcommon/container/mp4/stream_buffer.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/support/flu_samples.h"

namespace flu::container {
namespace {

void put(StreamBuffer& buffer, Bytes bytes) {
  const auto room = buffer.prepare(bytes.size());
  ASSERT_GE(room.size(), bytes.size());
  std::copy(bytes.begin(), bytes.end(), room.begin());
  buffer.commit(bytes.size());
}

TEST(StreamBuffer, KeepsWhatIsNotConsumed) {
  StreamBuffer buffer;
  const Buffer bytes = test::pattern(1000);
  std::size_t taken = 0;
  for (int round = 0; round < 2000; ++round) {
    put(buffer, bytes);
    while (buffer.held().size() > 300) {
      EXPECT_EQ(buffer.held()[0], bytes[taken % 1000]);
      buffer.consume(271);
      taken += 271;
    }
  }
  EXPECT_EQ(buffer.position(), taken);
  EXPECT_LE(buffer.capacity(), std::size_t{64} << 10);
}

TEST(StreamBuffer, GrowsWithWhatArrivesAndGivesBack) {
  StreamBuffer buffer;
  const Buffer piece(64 << 10);
  for (int i = 0; i < 160; ++i) {
    put(buffer, piece);
    EXPECT_LE(buffer.capacity(), 2 * buffer.held().size() + (64 << 10));
  }
  buffer.consume(buffer.held().size());
  put(buffer, piece);
  EXPECT_LE(buffer.capacity(), std::size_t{1} << 20);
  EXPECT_EQ(buffer.held().size(), piece.size());
}

}  // namespace
}  // namespace flu::container
