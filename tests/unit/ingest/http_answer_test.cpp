#include "tools/ingest/http_answer.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flu::ingest {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

wire::HttpResponseHead head(const std::string& text) {
  wire::HttpResponseReader reader;
  const std::string bytes = text + "\r\n\r\n";
  EXPECT_TRUE(reader.read(as_bytes(bytes)));
  EXPECT_TRUE(reader.has_head());
  return reader.head();
}

wire::HttpUrl url(std::string_view rest, bool is_tls = false) {
  return *wire::parse_http_url(is_tls, rest);
}

std::string redirect(std::string_view from, bool is_tls, const std::string& location) {
  const auto to = follow_redirect(url(from, is_tls), head("HTTP/1.1 302 Found" + location));
  return to ? to->to_text() : to.error().message;
}

std::string body(const std::string& type, std::string_view first) {
  const auto held = check_body(head("HTTP/1.1 200 OK\r\nContent-Type: " + type), as_bytes(first));
  return held ? "" : held.error().message;
}

TEST(HttpAnswer, RedirectsAreFollowed) {
  EXPECT_EQ(redirect("a/b/c", false, "\r\nLocation: d"), "http://a/b/d");
  EXPECT_EQ(redirect("a/b/c", false, "\r\nLocation: https://e/"), "https://e/");
  for (const int status : {301, 302, 303, 307, 308}) EXPECT_TRUE(is_redirect(status));
  for (const int status : {200, 300, 304, 305, 404}) EXPECT_FALSE(is_redirect(status));
}

TEST(HttpAnswer, RedirectsThatLeadNowhere) {
  EXPECT_THAT(redirect("a/", false, ""), HasSubstr("without saying where to"));
  EXPECT_THAT(redirect("a/", true, "\r\nLocation: http://a/"), HasSubstr("from https to http"));
  EXPECT_THAT(redirect("a/", false, "\r\nLocation: rtmp://a/"), HasSubstr("expected http://"));
}

TEST(HttpAnswer, StatusSaysWhatMayHelp) {
  const auto said = [](std::string_view from, const std::string& line) {
    const auto held = check_status(url(from), head(line));
    return held ? "" : held.error().message;
  };
  EXPECT_EQ(said("a/", "HTTP/1.1 200 OK"), "");
  EXPECT_EQ(said("a/", "ICY 200 OK"), "");
  EXPECT_THAT(said("a/", "HTTP/1.1 404 Not Found"), HasSubstr("'HTTP/1.1 404 Not Found'"));
  EXPECT_THAT(said("a/", "HTTP/1.1 401 No"), HasSubstr("wants a login"));
  EXPECT_THAT(said("u:secret@a/", "HTTP/1.1 401 No"),
              AllOf(HasSubstr("does not accept"), Not(HasSubstr("secret"))));
}

TEST(HttpAnswer, BodiesAreKnownByTheirStart) {
  const std::string ts = "G@\x11\x10zzzzzzzzzzzz";
  EXPECT_EQ(body("video/mp2t", ts), "");
  EXPECT_EQ(body("application/octet-stream", "zzzz"), "");
  EXPECT_EQ(body("text/html", ts), "");
  EXPECT_THAT(body("text/plain", "#EXTM3U\n#EXT-X-"), HasSubstr("use hls://"));
  EXPECT_THAT(body("application/vnd.apple.mpegurl", "\n"), HasSubstr("use hls://"));
  EXPECT_THAT(body("text/plain", "<!DOCTYPE HTML>"), HasSubstr("web page"));
  EXPECT_THAT(body("Text/HTML; charset=utf-8", "hello"), HasSubstr("web page"));
  EXPECT_THAT(body("video/mp4", std::string("\0\0\0\x20"
                                            "ftypisom",
                                            12)),
              HasSubstr("MP4"));
  EXPECT_THAT(body("video/x-flv", "FLV\x01"), HasSubstr("FLV"));
  EXPECT_EQ(body("", ""), "");
}

}  // namespace
}  // namespace flu::ingest
