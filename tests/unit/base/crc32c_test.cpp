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

}  // namespace
}  // namespace flu
