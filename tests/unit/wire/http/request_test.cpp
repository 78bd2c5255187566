#include "libcommon/wire/http/request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flu::wire {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string get(std::string_view rest, const HttpRequestOptions& options = {}) {
  return write_get_request(*parse_http_url(false, rest), options);
}

TEST(HttpRequest, Get) {
  EXPECT_THAT(get("host:81/a?b"),
              AllOf(StartsWith("GET /a?b HTTP/1.1\r\nHost: host:81\r\nUser-Agent: flu/"),
                    HasSubstr("\r\nConnection: close\r\n"), EndsWith("\r\n\r\n"),
                    Not(HasSubstr("Authorization"))));
}

TEST(HttpRequest, TheUserIsSentAtOnce) {
  EXPECT_THAT(get("Aladdin:open%20sesame@host/"),
              AllOf(HasSubstr("\r\nAuthorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n"),
                    HasSubstr("\r\nHost: host\r\n")));
  EXPECT_THAT(get("user@host/"), HasSubstr("Authorization: Basic dXNlcjo=\r\n"));
}

TEST(HttpRequest, HeadersOfTheUserReplaceOurs) {
  HttpRequestOptions options;
  options.user_agent = "VLC";
  options.headers = {{"Referer", "https://flu.example"}, {"authorization", "Bearer x"}};
  options.is_persistent = true;
  EXPECT_THAT(get("u:p@host/", options),
              AllOf(HasSubstr("User-Agent: VLC\r\n"), HasSubstr("Referer: https://flu.example\r\n"),
                    HasSubstr("authorization: Bearer x\r\n"), Not(HasSubstr("Basic")),
                    HasSubstr("Connection: keep-alive\r\n")));
}

TEST(HttpRequest, HeadersAreChecked) {
  EXPECT_TRUE(check_request_header("X-Token", "a b\tc"));
  EXPECT_TRUE(check_request_header("Cookie", ""));
  EXPECT_FALSE(check_request_header("X-A", "b\r\nX-C: d"));
  EXPECT_FALSE(check_request_header("X-A", std::string("b\0c", 3)));
  EXPECT_FALSE(check_request_header("", "b"));
  EXPECT_FALSE(check_request_header("X A", "b"));
  EXPECT_FALSE(check_request_header("X:A", "b"));
  for (const char* name : {"host", "Content-Length", "TRANSFER-ENCODING", "Connection"}) {
    EXPECT_FALSE(check_request_header(name, "b")) << name;
  }
}

}  // namespace
}  // namespace flu::wire
