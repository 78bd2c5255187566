#include "libcommon/wire/websocket/handshake.h"

#include <gtest/gtest.h>

namespace flu::wire {
namespace {

TEST(WebSocketHandshake, AnswersAsInTheStandard) {  // RFC 6455 1.3
  EXPECT_EQ(websocket_accept("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(WebSocketHandshake, KeysAreSixteenBytes) {
  EXPECT_TRUE(is_websocket_key("dGhlIHNhbXBsZSBub25jZQ=="));
  EXPECT_FALSE(is_websocket_key(""));
  EXPECT_FALSE(is_websocket_key("dGhlIHNhbXBsZSBub25jZQ"));
  EXPECT_FALSE(is_websocket_key("dGhlIHNhbXBsZSBub25j\r\n=="));
  EXPECT_FALSE(is_websocket_key("dGhlIHNhbXBsZSBub25jZQdGhlIHNhbXBsZSBub25jZQ=="));
}

}  // namespace
}  // namespace flu::wire
