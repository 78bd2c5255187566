#include "libcommon/base/sha1.h"

#include <string>

#include <gtest/gtest.h>

#include "libcommon/base/sha256.h"

namespace flu {
namespace {

// FIPS 180-4 examples.
TEST(Sha1, AgreesWithTheStandard) {
  EXPECT_EQ(to_hex(sha1({})), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  EXPECT_EQ(to_hex(sha1(as_bytes("abc"))), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(to_hex(sha1(as_bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))),
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
  EXPECT_EQ(to_hex(sha1(as_bytes(std::string(1'000'000, 'a')))),
            "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
}

}  // namespace
}  // namespace flu
