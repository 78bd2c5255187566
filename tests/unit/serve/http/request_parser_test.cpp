#include "tools/serve/http/request_parser.h"

#include <string>

#include <gtest/gtest.h>

#include "tools/serve/limits.h"

namespace flu::serve {
namespace {

using State = RequestParser::State;

State feed_all(RequestParser& parser, std::string_view bytes) {
  std::size_t consumed = 0;
  return parser.feed(bytes, consumed);
}

unsigned status_of(std::string_view bytes) {
  RequestParser parser;
  return feed_all(parser, bytes) == State::kFailed ? parser.status() : 0;
}

TEST(RequestParser, TakesWhatMatters) {
  RequestParser parser;
  const std::string text =
      "GET /a?b HTTP/1.1\r\nHost: x\r\nRange: bytes=1-2\r\nIf-None-Match: \"a\"\r\n"
      "If-None-Match: \"b\"\r\nIf-Range: \"c\"\r\nUser-Agent: me\r\nReferer: there\r\n\r\n";
  ASSERT_EQ(feed_all(parser, text), State::kComplete);
  const Request& request = parser.request();
  EXPECT_EQ(request.method, Method::kGet);
  EXPECT_EQ(request.target, "/a?b");
  EXPECT_EQ(request.version, 11U);
  EXPECT_TRUE(request.has_host);
  EXPECT_TRUE(request.is_keep_alive);
  EXPECT_FALSE(request.has_body);
  EXPECT_EQ(request.range, "bytes=1-2");
  EXPECT_EQ(request.if_none_match, "\"a\", \"b\"");
  EXPECT_EQ(request.if_range, "\"c\"");
  EXPECT_EQ(request.user_agent, "me");
  EXPECT_EQ(request.referer, "there");
}

TEST(RequestParser, KeepAliveIsTheVersionsDefault) {
  RequestParser parser;
  feed_all(parser, "GET / HTTP/1.0\r\n\r\n");
  EXPECT_FALSE(parser.request().is_keep_alive);
  parser.reset();
  feed_all(parser, "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_TRUE(parser.request().is_keep_alive);
  parser.reset();
  feed_all(parser, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_FALSE(parser.request().is_keep_alive);
}

TEST(RequestParser, CutAtEveryLengthItAsksForMore) {
  const std::string text = "GET /a HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody";
  for (std::size_t size = 0; size < text.size(); ++size) {
    RequestParser parser;
    std::size_t consumed = 0;
    EXPECT_EQ(parser.feed(std::string_view(text).substr(0, size), consumed), State::kNeedMore);
    const std::size_t before = consumed;
    EXPECT_EQ(parser.feed(std::string_view(text).substr(before), consumed), State::kComplete);
    EXPECT_EQ(before + consumed, text.size());
  }
}

TEST(RequestParser, OneRequestAtATime) {
  const std::string text =
      "\r\nGET /a HTTP/1.1\r\nHost: x\r\n\r\nHEAD /b HTTP/1.1\r\nHost: x\r\n\r\n";
  RequestParser parser;
  EXPECT_TRUE(parser.is_idle());
  std::size_t first = 0;
  ASSERT_EQ(parser.feed(text, first), State::kComplete);
  EXPECT_FALSE(parser.is_idle());
  EXPECT_EQ(parser.request().target, "/a");
  parser.reset();
  std::size_t second = 0;
  ASSERT_EQ(parser.feed(std::string_view(text).substr(first), second), State::kComplete);
  EXPECT_EQ(parser.request().method, Method::kHead);
  EXPECT_EQ(first + second, text.size());
}

TEST(RequestParser, BodiesAreDroppedWithinABound) {
  RequestParser parser;
  EXPECT_EQ(feed_all(parser,
                     "GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                     "3\r\nabc\r\n0\r\n\r\n"),
            State::kComplete);
  EXPECT_TRUE(parser.request().has_body);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n"), 413U);
}

TEST(RequestParser, TellsThatTheClientWaits) {
  RequestParser parser;
  const std::string head =
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n";
  ASSERT_EQ(feed_all(parser, head), State::kBodyFollows);
  EXPECT_EQ(feed_all(parser, "ab"), State::kComplete);
  EXPECT_EQ(parser.request().body, "");  // of no use here
}

TEST(RequestParser, KeepsTheBodyOfAPostToTheApi) {
  RequestParser parser;
  ASSERT_EQ(feed_all(parser,
                     "POST /flussonic/api/x HTTP/1.1\r\nHost: x\r\nAuthorization: Basic "
                     "YTpi\r\nContent-Length: 4\r\n\r\nab"),
            State::kBodyFollows);
  EXPECT_EQ(parser.request().method, Method::kPost);
  EXPECT_EQ(parser.request().authorization, "Basic YTpi");
  EXPECT_EQ(feed_all(parser, "ab"), State::kNeedMore);
  EXPECT_EQ(feed_all(parser, "cd"), State::kComplete);
  EXPECT_EQ(parser.request().body, "abcd");
  parser.reset();
  ASSERT_EQ(feed_all(parser,
                     "POST /flussonic/api/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
                     "chunked\r\n\r\n"),
            State::kBodyFollows);
  EXPECT_EQ(feed_all(parser, "3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n"), State::kComplete);
  EXPECT_EQ(parser.request().body, "abcd");
}

TEST(RequestParser, HugeBodiesAreRefusedByTheirLength) {
  EXPECT_EQ(status_of("POST /flussonic/api/x HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n"), 413U);
  RequestParser parser;
  ASSERT_EQ(
      feed_all(parser, "POST /flussonic/api/x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"),
      State::kBodyFollows);
  EXPECT_EQ(feed_all(parser, "fffffff\r\n"), State::kFailed);
  EXPECT_EQ(parser.status(), 413U);
}

TEST(RequestParser, KnowsABrowserThatGoesToAPage) {
  const auto wants_page = [](const std::string& fields) {
    RequestParser parser;
    EXPECT_EQ(feed_all(parser, "GET / HTTP/1.1\r\nHost: tv:81\r\n" + fields + "\r\n"),
              State::kComplete);
    EXPECT_EQ(parser.request().host, "tv:81");
    return parser.request().wants_page;
  };
  EXPECT_TRUE(wants_page("Accept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.8\r\n"));
  EXPECT_FALSE(wants_page("Accept: */*\r\n"));
  EXPECT_FALSE(wants_page(""));
}

TEST(RequestParser, SaysWhoReallyAsks) {
  const auto request_with = [](const std::string& field) {
    RequestParser parser;
    EXPECT_EQ(feed_all(parser, "GET / HTTP/1.1\r\nHost: x\r\n" + field + "\r\n\r\n"),
              State::kComplete);
    return parser.request();
  };
  for (const char* field :
       {"X-Forwarded-For: 1.2.3.4", "Forwarded: for=x", "Via: 1.1 x", "x-real-ip: 1.2.3.4",
        "X-Forwarded-Proto: https", "x-forwarded-host: x"}) {
    EXPECT_TRUE(request_with(field).is_forwarded) << field;
  }
  EXPECT_TRUE(request_with("Origin: null").is_from_page);
  EXPECT_EQ(request_with("Origin: http://page").origin, "http://page");
  EXPECT_TRUE(request_with("Sec-Fetch-Site: same-origin").is_from_page);
  EXPECT_FALSE(request_with("Sec-Fetch-Site: same-origin").is_from_other_site);
  EXPECT_TRUE(request_with("Sec-Fetch-Site: cross-site").is_from_other_site);
  EXPECT_FALSE(request_with("User-Agent: curl").is_from_page);
}

TEST(RequestParser, LongOnesAreRefused) {
  const std::string much(kMaxHeaderBytes, 'a');
  EXPECT_EQ(status_of("GET /" + much), 414U);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nX: " + much), 431U);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nX: " + much + "\r\n\r\n"), 431U);
}

TEST(RequestParser, WhatIsNoRequest) {
  EXPECT_EQ(status_of("GET / HTTP/2.0\r\n\r\n"), 505U);
  for (const char* bytes :
       {"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", "GET /\r\n\r\n", "GET  / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : x\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "GET /\x01 HTTP/1.1\r\n\r\n", "\x01 / HTTP/1.1\r\n\r\n"}) {
    EXPECT_EQ(status_of(bytes), 400U) << bytes;
  }
}

}  // namespace
}  // namespace flu::serve
