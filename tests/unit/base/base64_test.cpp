#include "libcommon/base/base64.h"

#include <gtest/gtest.h>

namespace flu {
namespace {

// The vectors of RFC 4648 section 10.
TEST(Base64, PadsToGroupsOfFour) {
  EXPECT_EQ(to_base64(as_bytes("")), "");
  EXPECT_EQ(to_base64(as_bytes("f")), "Zg==");
  EXPECT_EQ(to_base64(as_bytes("fo")), "Zm8=");
  EXPECT_EQ(to_base64(as_bytes("foo")), "Zm9v");
  EXPECT_EQ(to_base64(as_bytes("foobar")), "Zm9vYmFy");
}

TEST(Base64, TakesEveryByte) {
  EXPECT_EQ(to_base64(Buffer{0xFB, 0xFF, 0xFE}), "+//+");
  EXPECT_EQ(to_base64(Buffer{0, 0, 0, 0}), "AAAAAA==");
}

}  // namespace
}  // namespace flu
