#include "libcommon/wire/http/basic_auth.h"

#include <gtest/gtest.h>

namespace flu::wire {
namespace {

TEST(BasicAuth, ReadsUserAndPassword) {
  const auto login = parse_basic_auth("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");  // RFC 7617 2
  ASSERT_TRUE(login.has_value());
  EXPECT_EQ(login->user, "Aladdin");
  EXPECT_EQ(login->password, "open sesame");
}

TEST(BasicAuth, SchemeInAnyCaseAndPaddingLeftOut) {
  EXPECT_EQ(parse_basic_auth("bASIC  YTpi ")->password, "b");
  EXPECT_EQ(parse_basic_auth("Basic YTpiYw")->password, "bc");
  EXPECT_EQ(parse_basic_auth("Basic Og==")->user, "");
}

TEST(BasicAuth, ThePasswordMayHoldColons) {
  EXPECT_EQ(parse_basic_auth("Basic YTpiOmM=")->password, "b:c");
}

TEST(BasicAuth, WhatIsNone) {
  for (const char* header : {"", "Basic", "Basic ", "Bearer abc", "Basic !!!!", "Basic YWJj",
                             "Basic A", "Basic YTpi YTpi", "Basic YTpi=b"}) {
    EXPECT_FALSE(parse_basic_auth(header).has_value()) << header;
  }
}

TEST(BasicAuth, CutAtEveryLengthIsNoFault) {
  const std::string text = "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==";
  for (std::size_t size = 0; size < text.size(); ++size) parse_basic_auth(text.substr(0, size));
}

TEST(BasicAuth, DigestsTellLoginsApart) {
  const std::string digest = login_digest("salt", {"a", "bc"});
  EXPECT_EQ(digest.size(), 64U);
  EXPECT_EQ(digest, login_digest("salt", {"a", "bc"}));
  EXPECT_NE(digest, login_digest("salt", {"ab", "c"}));
  EXPECT_NE(digest, login_digest("pepper", {"a", "bc"}));
}

TEST(BasicAuth, SecretsOfAnyLengthCompare) {
  EXPECT_TRUE(is_same_secret("", ""));
  EXPECT_TRUE(is_same_secret("secret", "secret"));
  EXPECT_FALSE(is_same_secret("secret", "secrets"));
  EXPECT_FALSE(is_same_secret("secret", "Secret"));
}

}  // namespace
}  // namespace flu::wire
