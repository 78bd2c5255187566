#include "libcommon/base/pieces.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace flu {
namespace {

Buffer counted(std::size_t size, std::uint8_t from) {
  Buffer out(size);
  for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<std::uint8_t>(from + i * 7);
  return out;
}

TEST(Pieces, ReadInAnyStepsWhatWasPutIn) {
  const Buffer large = counted(Pieces::kSmall, 3);
  const Buffer larger = counted(3 * Pieces::kSmall + 1, 9);
  const Buffer small = counted(5, 100);
  for (std::size_t step = 1; step < 700; step += 13) {
    Pieces pieces;
    Buffer wanted;
    for (const Buffer* const part : {&small, &large, &larger, &small, &small, &larger}) {
      append(pieces.own(), Bytes(small).first(2));
      append(wanted, Bytes(small).first(2));
      pieces.lend(*part);
      append(wanted, *part);
    }
    ASSERT_EQ(pieces.size(), wanted.size());
    Pieces::Reader reader(pieces);
    Buffer got;
    while (got.size() < wanted.size()) {
      const std::size_t now = std::min(step, wanted.size() - got.size());
      if (const std::uint8_t* const at = reader.take(now)) {
        append(got, {at, now});
        continue;
      }
      got.resize(got.size() + now);
      reader.copy(got.data() + got.size() - now, now);
    }
    ASSERT_EQ(got, wanted) << step;
  }
}

TEST(Pieces, MoreMayBeWrittenAfterItWasRead) {
  const Buffer large = counted(Pieces::kSmall, 3);
  Pieces pieces;
  EXPECT_TRUE(pieces.empty());
  pieces.own().push_back(1);
  pieces.lend(large);
  EXPECT_EQ(pieces.joined().size(), large.size() + 1);
  pieces.own().push_back(2);
  EXPECT_EQ(pieces.joined().size(), large.size() + 2);
  EXPECT_EQ(pieces.joined().back(), 2);
  pieces.clear();
  EXPECT_TRUE(pieces.empty());
  EXPECT_TRUE(pieces.joined().empty());
}

TEST(Pieces, OfOneSpan) {
  const Buffer bytes = counted(10, 1);
  Pieces::Reader reader{Bytes(bytes)};
  EXPECT_EQ(reader.take(11), nullptr);
  EXPECT_EQ(reader.take(4), bytes.data());
  Buffer rest(6);
  reader.copy(rest.data(), rest.size());
  EXPECT_EQ(rest, Buffer(bytes.begin() + 4, bytes.end()));
}

}  // namespace
}  // namespace flu
