#include "libcommon/base/crc32c.h"

#include <gtest/gtest.h>

namespace flu {
namespace {

// RFC 3720, B.4.
TEST(Crc32c, AgreesWithTheRfc) {
  EXPECT_EQ(crc32c(Buffer(32, 0x00)), 0x8A9136AAu);
  EXPECT_EQ(crc32c(Buffer(32, 0xFF)), 0x62A8AB43u);
  EXPECT_EQ(crc32c(as_bytes("123456789")), 0xE3069283u);
}

TEST(Crc32c, ContinuesWhereItStopped) {
  const Bytes whole = as_bytes("the quick brown fox jumps over the lazy dog");
  for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
    EXPECT_EQ(crc32c(whole.subspan(cut), crc32c(whole.first(cut))), crc32c(whole));
  }
}

// Many bytes at once go another way than single ones.
TEST(Crc32c, IsTheSameInOnePieceAsByteByByte) {
  Buffer bytes;
  for (std::uint32_t i = 0; i < 10'000; ++i) bytes.push_back(static_cast<std::uint8_t>(i * i >> 5));
  for (const std::size_t size : {1'535U, 1'536U, 1'543U, 4'608U, 10'000U}) {
    const Bytes whole = Bytes(bytes).first(size);
    std::uint32_t single = 0;
    for (std::size_t i = 0; i < size; ++i) single = crc32c(whole.subspan(i, 1), single);
    EXPECT_EQ(crc32c(whole), single) << size;
  }
}

}  // namespace
}  // namespace flu
