#include "tools/thumb/conf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flu::thumb {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST(ThumbConf, TellsStreamsAndHowTheirPicturesAreMade) {
  const auto conf = parse_conf(
      R"({"version": 1, "streams": [{"name": "a/b", "url": "http://cam/s", "on_demand": true, "x": 1},
          {"name": "c", "url": 5, "on_demand": "yes"}]})");
  ASSERT_TRUE(conf);
  EXPECT_THAT(*conf,
              ElementsAre(StreamConf{"a/b", "http://cam/s", true}, StreamConf{"c", "", false}));
}

TEST(ThumbConf, NamesNeverLeaveTheRunDirectory) {
  const auto conf =
      parse_conf(R"({"streams": [{"name": "../x"}, {"name": ""}, {}, 7, {"name": "/y"}]})");
  ASSERT_TRUE(conf);
  EXPECT_TRUE(conf->empty());
}

TEST(ThumbConf, SomethingElseIsRefused) {
  for (const char* text : {"", "[]", "{}", "null", R"({"streams": {}})", "{\"streams\": [", "7"}) {
    EXPECT_FALSE(parse_conf(text)) << text;
  }
}

TEST(ThumbConf, UrlsAreThoseOfHttp) {
  EXPECT_TRUE(check_url("http://10.0.0.1/s.cgi?a=b"));
  EXPECT_TRUE(check_url("https://u:p@cam"));
  for (const char* url :
       {"", "http://", "http:///x", "file:///etc/passwd", "ftp://u:hunter2@x", "cam/s.jpg"}) {
    const auto checked = check_url(url);
    ASSERT_FALSE(checked) << url;
    EXPECT_THAT(checked.error().message, Not(HasSubstr("hunter2")));
  }
}

}  // namespace
}  // namespace flu::thumb
