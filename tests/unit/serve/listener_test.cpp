#include "tools/serve/listener.h"

#include <string>

#include <gtest/gtest.h>

namespace flu::serve {
namespace {

TEST(ListenAddress, Spellings) {
  EXPECT_EQ(parse_listen_address("8080")->port, 8080);
  EXPECT_EQ(parse_listen_address("8080")->ip, "");
  EXPECT_EQ(parse_listen_address("127.0.0.1:0")->ip, "127.0.0.1");
  EXPECT_EQ(parse_listen_address("[::1]:80")->ip, "::1");
  EXPECT_EQ(parse_listen_address("[::1]:80")->port, 80);
}

TEST(ListenAddress, RefusalsNameWhatWasWritten) {
  for (const char* text : {"", "http", "65536", "-1", ":80", "localhost:80", "1.2.3:80", "::1:80",
                           "[127.0.0.1]:80", "[::1]", "127.0.0.1:", "127.0.0.1:80x", "[]:80"}) {
    const auto address = parse_listen_address(text);
    ASSERT_FALSE(address) << text;
    EXPECT_EQ(address.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(address.error().message.find("'" + std::string(text) + "'"), std::string::npos);
  }
}

TEST(Listener, OneSocketAWorkerOnOnePort) {
  const auto listener = make_listener({"127.0.0.1", 0}, 3);
  ASSERT_TRUE(listener) << listener.error().message;
  EXPECT_EQ(listener->sockets.size(), 3U);
  EXPECT_NE(listener->listening.port, 0);
  EXPECT_EQ(listener->listening.addr, "127.0.0.1");
}

TEST(Listener, APortThatIsTakenIsToldOf) {
  const auto first = make_listener({"127.0.0.1", 0}, 2);
  ASSERT_TRUE(first) << first.error().message;
  const auto second = make_listener({"127.0.0.1", first->listening.port}, 2);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
  EXPECT_NE(second.error().message.find("address already in use"), std::string::npos);
}

}  // namespace
}  // namespace flu::serve
