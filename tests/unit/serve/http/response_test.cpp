#include "tools/serve/http/response.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flu::serve {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kDate = "Sun, 06 Nov 1994 08:49:37 GMT";

Response segment() {
  Response response;
  response.content_type = "video/mp2t";
  response.cache_control = "public";
  response.etag = "\"a-b\"";
  response.allows_ranges = true;
  response.body = make_body("0123456789");
  return response;
}

Answer answer(const Request& request, bool is_keep_alive = true) {
  return make_answer(request, segment(), kDate, is_keep_alive);
}

TEST(Answer, Golden) {
  const Answer out = answer({});
  EXPECT_EQ(out.head,
            "HTTP/1.1 200 OK\r\nServer: flu\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
            "Content-Type: video/mp2t\r\nContent-Length: 10\r\nCache-Control: public\r\n"
            "ETag: \"a-b\"\r\nAccept-Ranges: bytes\r\nAccess-Control-Allow-Origin: *\r\n"
            "Access-Control-Expose-Headers: Accept-Ranges, Content-Length, Content-Range, Date, "
            "ETag, Retry-After\r\n\r\n");
  EXPECT_EQ(as_text(out.body.bytes), "0123456789");
}

TEST(Answer, IsForThePageThatAsks) {
  const Answer shared = make_answer({}, segment(), kDate, true, "http://page");
  EXPECT_THAT(shared.head, HasSubstr("Vary: Origin\r\n"
                                     "Access-Control-Allow-Origin: http://page\r\n"
                                     "Access-Control-Allow-Credentials: true\r\n"));
  EXPECT_THAT(make_answer({}, segment(), kDate, true, "").head,
              HasSubstr("Vary: Origin\r\nAccess-Control-Allow-Origin: *\r\n"));
  EXPECT_THAT(make_answer({}, segment(), kDate, true, std::string(9999, 'a')).head,
              HasSubstr("Access-Control-Allow-Origin: *\r\n"));
}

TEST(Answer, HeadHasTheLengthWithoutTheBody) {
  Request request;
  request.method = Method::kHead;
  request.range = "bytes=2-4";  // not for HEAD (RFC 9110 14.2)
  const Answer out = answer(request);
  EXPECT_EQ(out.status, 200U);
  EXPECT_THAT(out.head, HasSubstr("Content-Length: 10\r\n"));
  EXPECT_TRUE(out.body.bytes.empty());
}

TEST(Answer, APartOfTheBody) {
  Request request;
  request.range = "bytes=2-4";
  const Answer out = answer(request);
  EXPECT_EQ(out.status, 206U);
  EXPECT_THAT(out.head, HasSubstr("Content-Range: bytes 2-4/10\r\n"));
  EXPECT_THAT(out.head, HasSubstr("Content-Length: 3\r\n"));
  EXPECT_EQ(as_text(out.body.bytes), "234");
}

TEST(Answer, ARangeOutsideSaysHowLongItIs) {
  Request request;
  request.range = "bytes=10-";
  const Answer out = answer(request);
  EXPECT_EQ(out.status, 416U);
  EXPECT_THAT(out.head, HasSubstr("Content-Range: bytes */10\r\n"));
  EXPECT_THAT(out.head, Not(HasSubstr("\r\nETag:")));
}

TEST(Answer, IfRangeOfOtherBytesGivesAll) {
  Request request;
  request.range = "bytes=2-4";
  request.if_range = "\"other\"";
  EXPECT_EQ(answer(request).status, 200U);
}

TEST(Answer, TheTimeOfAFileIsACondition) {
  Response response = segment();
  response.modified = WallTime(std::chrono::milliseconds(784'111'777'900));
  const auto status = [&](const std::string& since, const std::string& tag = "") {
    Request request;
    request.if_modified_since = since;
    request.if_none_match = tag;
    return make_answer(request, response, kDate, true).status;
  };
  EXPECT_THAT(make_answer({}, response, kDate, true).head,
              HasSubstr("Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n"));
  EXPECT_EQ(status("Sun, 06 Nov 1994 08:49:37 GMT"), 304U);
  EXPECT_EQ(status("Sun Nov  6 08:49:38 1994"), 304U);
  EXPECT_EQ(status("Sun, 06 Nov 1994 08:49:36 GMT"), 200U);
  EXPECT_EQ(status("yesterday"), 200U);
  // RFC 9110 13.1.3: the tag alone counts, where one is given.
  EXPECT_EQ(status("Sun, 06 Nov 1994 08:49:37 GMT", "\"other\""), 200U);
  EXPECT_EQ(status("Sun, 06 Nov 1994 08:49:36 GMT", "\"a-b\""), 304U);
  Request post;
  post.method = Method::kPost;
  post.if_modified_since = "Sun, 06 Nov 1994 08:49:37 GMT";
  EXPECT_EQ(make_answer(post, response, kDate, true).status, 200U);
}

TEST(Answer, SaysWhichMethodsThereAre) {
  EXPECT_EQ(method_refusal("/a/index.m3u8?x=/sessions/").extra, "Allow: GET, HEAD, OPTIONS\r\n");
  EXPECT_EQ(method_refusal("/flussonic/api/sessions/x").extra,
            "Allow: GET, HEAD, POST, OPTIONS\r\n");
  EXPECT_EQ(method_refusal("/a/sessions/0-1?x").extra, "Allow: PUT, OPTIONS\r\n");
}

TEST(Answer, WithoutATimeTheConditionSaysNothing) {
  Request request;
  request.if_modified_since = "Sun, 06 Nov 2094 08:49:37 GMT";
  EXPECT_EQ(answer(request).status, 200U);
}

TEST(Answer, NotModifiedHasNoBodyAndNoLength) {
  Request request;
  request.if_none_match = "\"a-b\"";
  request.range = "bytes=100-";  // the condition comes first (RFC 9110 13.2.2)
  const Answer out = answer(request);
  EXPECT_EQ(out.status, 304U);
  EXPECT_THAT(out.head, HasSubstr("ETag: \"a-b\"\r\n"));
  EXPECT_THAT(out.head, Not(HasSubstr("Content-Length:")));
  EXPECT_TRUE(out.body.bytes.empty());
}

TEST(Answer, ErrorsAreNeverNotModified) {
  Request request;
  request.if_none_match = "*";
  EXPECT_EQ(make_answer(request, error_response(404, "No."), kDate, true).status, 404U);
}

TEST(Answer, TheConnectionsFate) {
  Request request;
  EXPECT_THAT(answer(request).head, Not(HasSubstr("Connection")));
  EXPECT_THAT(answer(request, false).head, HasSubstr("Connection: close\r\n"));
  request.version = 10;
  EXPECT_THAT(answer(request).head, HasSubstr("Connection: keep-alive\r\n"));
}

TEST(Answer, ErrorsSayWhy) {
  const Answer out = make_answer({}, error_response(404, "No such stream."), kDate, true);
  EXPECT_EQ(as_text(out.body.bytes), "404 Not Found\nNo such stream.\n");
  EXPECT_THAT(out.head, HasSubstr("Cache-Control: no-store\r\n"));
}

TEST(Answer, PackedForWhoTakesIt) {
  Response response;
  response.etag = "\"a-1\"";
  response.allows_ranges = true;
  response.body = make_body(std::string("plain text"));
  response.packed = make_body(std::string("packed"));
  Request request;
  const Answer plain = make_answer(request, response, "", true);
  EXPECT_NE(plain.head.find("Vary: Accept-Encoding\r\n"), std::string::npos);
  EXPECT_NE(plain.head.find("ETag: \"a-1\"\r\n"), std::string::npos);
  EXPECT_EQ(plain.body.bytes.size(), 10U);
  request.takes_gzip = true;
  const Answer packed = make_answer(request, response, "", true);
  EXPECT_NE(packed.head.find("Content-Encoding: gzip\r\n"), std::string::npos);
  EXPECT_NE(packed.head.find("ETag: \"a-1-gz\"\r\n"), std::string::npos);
  EXPECT_NE(packed.head.find("Content-Length: 6\r\n"), std::string::npos);
  EXPECT_NE(packed.head.find("Vary: Accept-Encoding\r\n"), std::string::npos);
  request.if_none_match = "\"a-1-gz\"";
  EXPECT_EQ(make_answer(request, response, "", true).status, 304U);
  request.if_none_match.clear();
  request.range = "bytes=0-1";  // of what is not packed
  const Answer part = make_answer(request, response, "", true);
  EXPECT_EQ(part.status, 206U);
  EXPECT_EQ(part.head.find("Content-Encoding"), std::string::npos);
}

}  // namespace
}  // namespace flu::serve
