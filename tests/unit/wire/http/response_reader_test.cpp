#include "libcommon/wire/http/response_reader.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libcommon/wire/http/limits.h"

namespace flu::wire {
namespace {

using testing::HasSubstr;

struct Answer {
  int status = 0;
  std::string body;
  std::string rest;  // bytes of what follows
  bool is_complete = false;
  bool is_persistent = false;
  std::string error;
};

// The bytes in pieces of `step`.
Answer read_all(std::string_view text, std::size_t step = 1 << 20, bool is_ended = true) {
  HttpResponseReader reader;
  Answer out;
  while (!text.empty() && !reader.is_complete()) {
    const auto piece = reader.read(as_bytes(text.substr(0, step)));
    if (!piece) {
      out.error = piece.error().message;
      return out;
    }
    EXPECT_TRUE(piece->consumed > 0 || reader.is_complete());
    out.body += as_text(piece->body);
    text.remove_prefix(piece->consumed);
  }
  if (is_ended) {
    if (const auto ended = reader.finish(); !ended) out.error = ended.error().message;
  }
  out.status = reader.has_head() ? reader.head().status : 0;
  out.is_persistent = reader.has_head() && reader.head().is_persistent;
  out.is_complete = reader.is_complete();
  out.rest = text;
  return out;
}

TEST(HttpResponse, UpToTheEndOfTheConnection) {
  const Answer answer = read_all("HTTP/1.1 200 OK\r\nContent-Type: video/mp2t\r\n\r\nabc\r\n\r\n");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "abc\r\n\r\n");
  EXPECT_TRUE(answer.is_complete);
  EXPECT_FALSE(answer.is_persistent);
}

TEST(HttpResponse, ByLength) {
  const Answer answer = read_all("HTTP/1.1 200 OK\r\ncontent-length: 3, 3\r\n\r\nabcHTTP/1.1 404");
  EXPECT_EQ(answer.body, "abc");
  EXPECT_EQ(answer.rest, "HTTP/1.1 404");
  EXPECT_TRUE(answer.is_persistent);
  EXPECT_THAT(read_all("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc").error,
              HasSubstr("2 bytes before the end"));
}

TEST(HttpResponse, InChunksHoweverTheyAreCut) {
  const std::string text =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 9\r\n\r\n"
      "3;name=value\r\nabc\r\n0A\r\n0123456789\r\n0\r\nX-Sum: 1\r\n\r\nnext";
  for (std::size_t step = 1; step <= text.size(); ++step) {
    const Answer answer = read_all(text, step);
    EXPECT_EQ(answer.error, "");
    EXPECT_EQ(answer.body, "abc0123456789") << step;
    EXPECT_EQ(answer.rest, "next");
  }
  for (std::size_t size = 0; size + 4 < text.size(); ++size) {
    EXPECT_NE(read_all(text.substr(0, size)).error, "") << size;
  }
}

TEST(HttpResponse, IcyAndOldServers) {
  EXPECT_EQ(read_all("ICY 200 OK\r\nicy-name: x\r\n\r\nabc").body, "abc");
  EXPECT_EQ(read_all("HTTP/1.0 200\n\nabc").body, "abc");
  EXPECT_EQ(read_all("\r\nHTTP/1.1 200 \r\nA: b\r\n folded\r\n\r\nabc").body, "abc");
}

TEST(HttpResponse, InterimAnswersArePassedOver) {
  const std::string interim = "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n";
  EXPECT_EQ(read_all(interim + "HTTP/1.1 204 No Content\r\n\r\n").status, 204);
  std::string many;
  for (int i = 0; i <= kMaxInterim; ++i) many += interim;
  EXPECT_THAT(read_all(many).error, HasSubstr("interim"));
  EXPECT_THAT(read_all("HTTP/1.1 101 Switching\r\n\r\n").error, HasSubstr("101"));
}

TEST(HttpResponse, HeadersAreFoundHoweverSpelt) {
  HttpResponseReader reader;
  const std::string text =
      "HTTP/1.1 302 Found\r\nLOCATION:  /b \r\nContent-Type: Text/HTML; charset=x\r\n\r\nabc";
  ASSERT_TRUE(reader.read(as_bytes(text)));
  ASSERT_TRUE(reader.has_head());
  EXPECT_EQ(reader.head().find("location"), "/b");
  EXPECT_EQ(reader.head().content_type(), "text/html");
  EXPECT_FALSE(reader.head().find("X-None"));
  EXPECT_EQ(reader.head().line, "HTTP/1.1 302 Found");
}

TEST(HttpResponse, WhatIsNoHttpIsTold) {
  EXPECT_THAT(read_all("G@\x01\x02zzzz").error, HasSubstr("found 'G@\\x01\\x02zzzz'"));
  EXPECT_THAT(read_all("HTTP/2 200\r\n\r\n").error, HasSubstr("expected an answer of HTTP/1.1"));
  EXPECT_THAT(read_all("HTTP/1.1 2000\r\n\r\n").error, HasSubstr("a status"));
  EXPECT_THAT(read_all("HTTP/1.1 099 x\r\n\r\n").error, HasSubstr("a status"));
  EXPECT_THAT(read_all("HTTP/1.1 200 OK\r\nno colon\r\n\r\n").error, HasSubstr("NAME: VALUE"));
  EXPECT_THAT(read_all("").error, HasSubstr("before the start"));
  EXPECT_THAT(read_all("HTTP/1.1 200").error, HasSubstr("within the head"));
}

TEST(HttpResponse, HostileNumbers) {
  const auto with = [](std::string_view header) {
    return read_all("HTTP/1.1 200 OK\r\n" + std::string(header) + "\r\n\r\nabc").error;
  };
  EXPECT_THAT(with("Content-Length: -1"), HasSubstr("expected one number"));
  EXPECT_THAT(with("Content-Length: 3, 4"), HasSubstr("expected one number"));
  EXPECT_THAT(with("Content-Length: 99999999999999999999"), HasSubstr("expected one number"));
  EXPECT_THAT(with("Transfer-Encoding: gzip, chunked"), HasSubstr("expected chunked"));
  EXPECT_THAT(with("Content-Encoding: gzip"), HasSubstr("coded (gzip)"));
  const auto chunk = [](std::string_view size) {
    return read_all("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(size))
        .error;
  };
  EXPECT_THAT(chunk("\r\n"), HasSubstr("size of a chunk"));
  EXPECT_THAT(chunk("-3\r\nabc"), HasSubstr("size of a chunk"));
  EXPECT_THAT(chunk("FFFFFFFFFFFFFFFF\r\n"), HasSubstr("size of a chunk"));
  EXPECT_THAT(chunk("3\r\nabcd\r\n"), HasSubstr("end of a chunk"));
  EXPECT_THAT(chunk(std::string(kMaxChunkLine + 2, '1')), HasSubstr("between chunks"));
  EXPECT_THAT(chunk("0\r\n" + std::string(kMaxTrailers + 2, 'a')), HasSubstr("between chunks"));
}

TEST(HttpResponse, TheHeadIsLimited) {
  std::string text = "HTTP/1.1 200 OK\r\n";
  while (text.size() <= kMaxResponseHead) text += "X-Filler: 0123456789\r\n";
  EXPECT_THAT(read_all(text).error, HasSubstr("longer than 32768 bytes"));
}

TEST(HttpResponse, ServesTheNextAnswer) {
  HttpResponseReader reader;
  const std::string text = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  ASSERT_TRUE(reader.read(as_bytes(text)));
  EXPECT_TRUE(reader.is_complete());
  EXPECT_EQ(reader.read(as_bytes(text))->consumed, 0U);
  reader.reset();
  EXPECT_FALSE(reader.has_head());
  EXPECT_EQ(reader.read(as_bytes(text))->consumed, text.size());
}

}  // namespace
}  // namespace flu::wire
