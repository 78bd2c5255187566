#include "libcommon/wire/http/target.h"

#include <gtest/gtest.h>

namespace flu::wire {
namespace {

std::string path(std::string_view target) {
  const auto out = parse_http_target(target);
  return out ? out->path : "refused";
}

TEST(HttpTarget, Forms) {
  EXPECT_EQ(path("/a/b.m3u8"), "/a/b.m3u8");
  EXPECT_EQ(path("http://host:8080/a?x"), "/a");
  EXPECT_EQ(path("HTTPS://host/a"), "/a");
  EXPECT_EQ(path("http://host"), "/");
  EXPECT_EQ(path("*"), "*");
}

TEST(HttpTarget, QueryIsKeptAsItIs) {
  const auto out = parse_http_target("/a?token=%41&b=?c");
  ASSERT_TRUE(out);
  EXPECT_EQ(out->path, "/a");
  EXPECT_EQ(out->query, "token=%41&b=?c");
}

TEST(HttpTarget, DecodesOnce) {
  EXPECT_EQ(path("/%61%2Fb"), "/a/b");
  EXPECT_EQ(path("/%2561"), "/%61");
  EXPECT_EQ(path("/%c3%a9"), "/\xc3\xa9");
}

TEST(HttpTarget, NothingLeadsUpwards) {
  for (const char* target : {"/..", "/../a", "/a/..", "/a/../b", "/./a", "/%2e%2e/a", "/a%2f..%2fb",
                             "/a/%2E%2e", "/a\\..\\b", "/a%5c..", "http://host/../a"}) {
    EXPECT_EQ(path(target), "refused") << target;
  }
  EXPECT_EQ(path("/...a/..b"), "/...a/..b");
}

TEST(HttpTarget, RefusesWhatIsNoPath) {
  for (const char* target : {"", "a", "?x", "/%", "/%4", "/%zz", "/%00", "/a%0d%0ab", "/\x7f"}) {
    EXPECT_EQ(path(target), "refused") << target;
  }
}

TEST(HttpQuery, ValuesAreDecoded) {
  const std::string_view query = "a=1&url=udp%3A%2F%2F239.0.0.1%3A1&a=2&s=a+b%2B&bare&bad=%zz";
  EXPECT_EQ(query_value(query, "url"), "udp://239.0.0.1:1");
  EXPECT_EQ(query_value(query, "a"), "1");
  EXPECT_EQ(query_value(query, "s"), "a b+");
  EXPECT_EQ(query_value(query, "bare"), std::nullopt);
  EXPECT_EQ(query_value(query, "bad"), std::nullopt);
  EXPECT_TRUE(has_query_name(query, "bare"));
  EXPECT_TRUE(has_query_name(query, "a"));
  EXPECT_FALSE(has_query_name(query, "bar"));
  EXPECT_EQ(query_value("", "a"), std::nullopt);
}

}  // namespace
}  // namespace flu::wire
