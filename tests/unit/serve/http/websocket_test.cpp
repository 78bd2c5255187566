#include "tools/serve/http/websocket.h"

#include <algorithm>
#include <array>
#include <deque>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "tools/serve/limits.h"

namespace flu::serve {
namespace {

struct Said {
  std::deque<std::string> messages;
  std::string heard;
  bool is_over = false;
};

class Parrot final : public WebSocket::Talk {
 public:
  explicit Parrot(Said& said) : said_(&said) {}
  void hear(std::string_view text) override { said_->heard += text; }
  WebSocket::SharedBytes next() override {
    if (said_->messages.empty()) return nullptr;
    const std::string text = std::move(said_->messages.front());
    said_->messages.pop_front();
    return std::make_shared<const Buffer>(text.begin(), text.end());
  }
  [[nodiscard]] bool is_over() const override { return said_->is_over; }

 private:
  Said* said_;
};

// Takes `step` bytes at a time.
std::string drain(WebSocket& socket, std::size_t step) {
  std::string out;
  while (true) {
    std::array<iovec, 4> pieces;
    const std::size_t count = socket.next_pieces(pieces);
    if (count == 0) return out;
    std::string all;
    for (std::size_t i = 0; i < count; ++i) {
      all.append(static_cast<const char*>(pieces.at(i).iov_base), pieces.at(i).iov_len);
    }
    all.resize(std::min(step, all.size()));
    socket.sent(all.size());
    out += all;
  }
}

Buffer from_client(std::uint8_t first, std::string_view payload) {
  Buffer out{first, static_cast<std::uint8_t>(0x80 | payload.size()), 0, 0, 0, 0};
  append(out, as_bytes(payload));
  return out;
}

TEST(WebSocket, SendsEachMessageWholeHoweverTheSocketTakesIt) {
  for (const std::size_t step : {1U, 3U, 100U}) {
    Said said{{"first", "second", "third", "4", "5", "6"}, {}, false};
    WebSocket socket(std::make_unique<Parrot>(said));
    EXPECT_EQ(drain(socket, step), "firstsecondthird456");
    EXPECT_FALSE(socket.is_over());
  }
}

TEST(WebSocket, AnswersPingsAndTheEnd) {
  Said said;
  WebSocket socket(std::make_unique<Parrot>(said));
  socket.receive(from_client(0x81, "resume"));
  socket.receive(from_client(0x89, "a"));
  socket.receive(from_client(0x89, "b"));  // answered instead of the first
  EXPECT_EQ(said.heard, "resume");
  EXPECT_EQ(drain(socket, 100),
            "\x8a\x01"
            "b");
  socket.receive(from_client(0x88, "\x03\xe8"));
  said.messages.push_back("no more");
  EXPECT_EQ(drain(socket, 100), "\x88\x02\x03\xe8");
  EXPECT_TRUE(socket.is_over());
}

TEST(WebSocket, SaysWhatWasWrongAndEnds) {
  Said said;
  WebSocket socket(std::make_unique<Parrot>(said));
  socket.receive(Buffer{0x81, 0x01, 'x'});
  const std::string out = drain(socket, 100);
  EXPECT_EQ(out.substr(2, 2), "\x03\xea");  // 1002
  EXPECT_TRUE(socket.is_over());
}

TEST(WebSocket, WhoDoesNotAnswerAPingIsGone) {
  Said said;
  WebSocket socket(std::make_unique<Parrot>(said));
  const MonotonicTime now = monotonic_now();
  socket.check(now);
  EXPECT_EQ(drain(socket, 100), "");
  socket.check(now + kWebSocketPing + std::chrono::seconds(1));
  EXPECT_EQ(drain(socket, 100), std::string("\x89\0", 2));
  EXPECT_FALSE(socket.is_over());
  socket.check(now + 2 * kWebSocketPing + std::chrono::seconds(1));
  EXPECT_TRUE(socket.is_over());
}

TEST(WebSocket, AnEndOfTheServerIsSaidBehindWhatIsOnItsWay) {
  Said said;
  said.messages = {"one", "two"};
  WebSocket socket(std::make_unique<Parrot>(said));
  std::array<iovec, 4> pieces;
  ASSERT_EQ(socket.next_pieces(pieces), 2U);
  socket.sent(1);
  said.messages = {"never"};
  EXPECT_TRUE(socket.finish());
  EXPECT_TRUE(socket.finish());
  const std::string out = drain(socket, 100);
  // 1000, and a reason, without a mask.
  EXPECT_EQ(out.substr(0, 5), "netwo");
  EXPECT_EQ(out.substr(5, 1), "\x88");
  EXPECT_EQ(out.substr(7, 2), "\x03\xe8");
  EXPECT_TRUE(socket.is_over());
}

TEST(WebSocket, IsOpenedOnlyAsTheStandardHasIt) {
  Request request;
  request.wants_websocket = true;
  request.websocket_version = "13";
  request.websocket_key = "dGhlIHNhbXBsZSBub25jZQ==";
  EXPECT_EQ(websocket_answer(request).status, 101U);
  EXPECT_NE(websocket_answer(request).extra.find("Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"),
            std::string::npos);
  request.version = 10;
  EXPECT_EQ(websocket_answer(request).status, 426U);
  request.version = 11;
  request.websocket_version = "8";
  EXPECT_NE(websocket_answer(request).extra.find("Sec-WebSocket-Version: 13"), std::string::npos);
  request.websocket_version = "13";
  request.websocket_key = "short";
  EXPECT_EQ(websocket_answer(request).status, 400U);
}

}  // namespace
}  // namespace flu::serve
