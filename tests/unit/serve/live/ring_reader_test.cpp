#include "tools/serve/live/ring_reader.h"

#include <array>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "tools/serve/limits.h"

namespace flu::serve {
namespace {

class RingReaderTest : public testing::Test {
 protected:
  void add(std::string_view text, bool is_start, std::string_view resumption = "") {
    ring_.add(Buffer(text.begin(), text.end()), is_start,
              Buffer(resumption.begin(), resumption.end()),
              media::Timestamp(static_cast<std::int64_t>(ring_.end()) * 90'000));
  }
  // What is sent next, at most so many bytes.
  std::string take(RingReader& reader, std::size_t most = 1000) {
    std::array<iovec, 4> pieces;
    const std::size_t count = reader.next_pieces(pieces, now_);
    std::string out;
    for (std::size_t i = 0; i < count; ++i) {
      out.append(static_cast<const char*>(pieces[i].iov_base), pieces[i].iov_len);
    }
    out.resize(std::min(out.size(), most));
    reader.sent(out.size());
    return out;
  }

  ChunkRing ring_{100};
  MonotonicTime now_{std::chrono::seconds(1000)};
};

TEST_F(RingReaderTest, BeginsAtTheNewestStartOrSoFarBack) {
  for (const char* text : {"A", "b", "C", "d", "E", "f"}) add(text, *text < 'a');
  RingReader newest(ring_, std::nullopt);
  EXPECT_EQ(take(newest), "Ef");
  RingReader back(ring_, media::Ticks(2 * 90'000));
  EXPECT_EQ(take(back), "CdEf");
  EXPECT_EQ(take(back), "");
  add("g", false);
  EXPECT_EQ(take(back), "g");
}

TEST_F(RingReaderTest, WithoutPrepushItWaitsForTheNextStart) {
  add("A", true);
  RingReader reader(ring_, media::Ticks(0));
  EXPECT_EQ(take(reader), "");
  add("b", false);
  EXPECT_EQ(take(reader), "");
  add("C", true);
  add("d", false);
  EXPECT_EQ(take(reader), "Cd");
}

TEST_F(RingReaderTest, ChunksThatBeganAreSentWhole) {
  add("Abcdef", true);
  add("ghi", false);
  RingReader reader(ring_, std::nullopt);
  EXPECT_EQ(take(reader, 2), "Ab");
  EXPECT_EQ(take(reader, 1), "c");
  for (int i = 0; i < 20; ++i) add("XXXXXXXXXX", true, "~~");  // pushes all of that out
  EXPECT_EQ(take(reader), "def");
  EXPECT_EQ(take(reader, 1), "~");  // what leads to the newest start, whole too
  EXPECT_EQ(take(reader), "~XXXXXXXXXX");
}

TEST_F(RingReaderTest, WhoSkipsTooOftenIsDone) {
  add("A", true);
  RingReader reader(ring_, std::nullopt);
  for (unsigned skip = 0; skip < kMaxSkips; ++skip) {
    for (int i = 0; i < 20; ++i) add("XXXXXXXXXX", true);
    EXPECT_EQ(take(reader), "XXXXXXXXXX");
  }
  for (int i = 0; i < 20; ++i) add("XXXXXXXXXX", true);
  EXPECT_EQ(take(reader), "");
  EXPECT_TRUE(reader.is_over());
}

TEST_F(RingReaderTest, FinishesBeforeTheNextStart) {
  add("A", true);
  add("b", false);
  RingReader reader(ring_, std::nullopt);
  EXPECT_EQ(take(reader, 1), "A");
  reader.finish();
  EXPECT_FALSE(reader.is_over());
  add("C", true);
  EXPECT_EQ(take(reader), "b");
  EXPECT_TRUE(reader.is_over());
  EXPECT_EQ(take(reader), "");
}

}  // namespace
}  // namespace flu::serve
