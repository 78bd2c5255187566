#include "libcommon/wire/http/url.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flu::wire {
namespace {

using testing::HasSubstr;
using testing::Not;

HttpUrl url(std::string_view rest, bool is_tls = false) {
  const auto parsed = parse_http_url(is_tls, rest);
  EXPECT_TRUE(parsed) << rest << ": " << parsed.error().message;
  return parsed ? *parsed : HttpUrl{};
}

std::string resolved(std::string_view base, std::string_view reference) {
  const auto out = resolve_http_url(url(base), reference);
  return out ? out->to_text() : "refused: " + out.error().message;
}

TEST(HttpUrl, Parts) {
  const HttpUrl all = url("us%40er:pa:ss@host:8080/a/b.ts?x=1&y=2#part");
  EXPECT_EQ(all.user_info, "us@er:pa:ss");
  EXPECT_EQ(all.peer, (HostPort{"host", 8080}));
  EXPECT_EQ(all.target, "/a/b.ts?x=1&y=2");
  EXPECT_EQ(all.authority(), "host:8080");
  EXPECT_EQ(all.to_text(), "http://host:8080/a/b.ts?x=1&y=2");
}

TEST(HttpUrl, WhatGoesWithoutSaying) {
  EXPECT_EQ(url("host").peer.port, 80);
  EXPECT_EQ(url("host", true).peer.port, 443);
  EXPECT_EQ(url("host").target, "/");
  EXPECT_EQ(url("host?a=b").target, "/?a=b");
  EXPECT_EQ(url("host:443", true).authority(), "host");
  EXPECT_EQ(url("[::1]").authority(), "[::1]");
}

TEST(HttpUrl, ARequestLineStaysOneLine) {
  EXPECT_EQ(url("host/a b\"\xC3\xA4").target, "/a%20b%22%C3%A4");
  EXPECT_FALSE(parse_http_url(false, "host/a\r\nX: y"));
  EXPECT_FALSE(parse_http_url(false, "host/" + std::string(20'000, 'a')));
}

TEST(HttpUrl, ReferencesAreSeenFromTheBase) {
  const std::string_view base = "user:secret@host:81/a/b/c.ts?x=1";
  EXPECT_EQ(resolved(base, "d.ts"), "http://host:81/a/b/d.ts");
  EXPECT_EQ(resolved(base, "../d.ts?y"), "http://host:81/a/d.ts?y");
  EXPECT_EQ(resolved(base, "../../../d"), "http://host:81/d");
  EXPECT_EQ(resolved(base, "./"), "http://host:81/a/b/");
  EXPECT_EQ(resolved(base, ".."), "http://host:81/a/");
  EXPECT_EQ(resolved(base, "/d?y=/../z"), "http://host:81/d?y=/../z");
  EXPECT_EQ(resolved(base, "?y=2"), "http://host:81/a/b/c.ts?y=2");
  EXPECT_EQ(resolved(base, ""), "http://host:81/a/b/c.ts?x=1");
  EXPECT_EQ(resolved(base, "//other/d"), "http://other/d");
  EXPECT_EQ(resolved(base, "HTTPS://other:444/d"), "https://other:444/d");
  EXPECT_EQ(resolved(base, "d?u=http://x/"), "http://host:81/a/b/d?u=http://x/");
}

TEST(HttpUrl, TheUserIsNotTakenElsewhere) {
  const HttpUrl base = url("user:secret@host/a");
  EXPECT_EQ(resolve_http_url(base, "/b")->user_info, "user:secret");
  EXPECT_EQ(resolve_http_url(base, "http://host/b")->user_info, "user:secret");
  EXPECT_EQ(resolve_http_url(base, "http://other/b")->user_info, "");
  EXPECT_EQ(resolve_http_url(base, "http://host:81/b")->user_info, "");
  EXPECT_EQ(resolve_http_url(base, "https://host/b")->user_info, "");
  EXPECT_THAT(base.to_text(), Not(HasSubstr("secret")));
}

TEST(HttpUrl, OtherSchemesAreRefused) {
  EXPECT_THAT(resolved("host/a", "ftp://host/b"), HasSubstr("expected http://"));
  EXPECT_THAT(resolved("host/a", "file:/etc/passwd"), HasSubstr("expected http://"));
}

}  // namespace
}  // namespace flu::wire
