#include "libcommon/wire/websocket/frames.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

namespace flu::wire {
namespace {

// A frame as a client sends it, masked with 01 02 03 04.
Buffer masked(unsigned first, std::string_view payload) {
  Buffer out{static_cast<std::uint8_t>(first)};
  if (payload.size() < 126) {
    out.push_back(static_cast<std::uint8_t>(0x80 | payload.size()));
  } else {
    out.push_back(0x80 | 126);
    out.push_back(static_cast<std::uint8_t>(payload.size() >> 8));
    out.push_back(static_cast<std::uint8_t>(payload.size()));
  }
  for (std::uint8_t i = 1; i <= 4; ++i) out.push_back(i);
  for (std::size_t i = 0; i < payload.size(); ++i) {
    out.push_back(static_cast<std::uint8_t>(static_cast<std::uint8_t>(payload[i]) ^ (i % 4 + 1)));
  }
  return out;
}

Buffer operator+(Buffer left, const Buffer& right) {
  append(left, right);
  return left;
}

struct Outcome {
  std::string seen;  // opcode and payload of each message
  WebSocketStatus failure = WebSocketStatus::kNormal;
};

Outcome read(Bytes bytes, std::size_t step, std::size_t max_message = 1000) {
  WebSocketReader reader(max_message);
  Outcome out;
  while (!bytes.empty()) {
    Bytes piece = bytes.first(std::min(step, bytes.size()));
    bytes = bytes.subspan(piece.size());
    while (true) {
      const auto message = reader.next(piece);
      if (!message) {
        out.failure = reader.failure();
        return out;
      }
      if (!*message) break;
      out.seen += std::to_string(static_cast<unsigned>((*message)->opcode)) + ":" +
                  std::string(as_text((*message)->payload)) + " ";
    }
  }
  return out;
}

TEST(WebSocketFrames, ReadsMessagesHoweverTheyAreCut) {
  const Buffer bytes = masked(0x81, "resume") + masked(0x01, "set_") + masked(0x89, "ping") +
                       masked(0x80, "tracks=v1") + masked(0x82, "") + masked(0x88, "\x03\xe8");
  for (const std::size_t step : {bytes.size(), std::size_t{1}, std::size_t{3}}) {
    const Outcome out = read(bytes, step);
    EXPECT_EQ(out.seen, "1:resume 9:ping 1:set_tracks=v1 2: 8:\x03\xe8 ") << step;
    EXPECT_EQ(out.failure, WebSocketStatus::kNormal);
  }
}

TEST(WebSocketFrames, RefusesWhatBreaksTheProtocol) {
  const auto failure = [](const Buffer& bytes) { return read(bytes, 1).failure; };
  EXPECT_EQ(failure({0x81, 0x01, 'x'}), WebSocketStatus::kProtocolError);  // not masked
  EXPECT_EQ(failure(masked(0xc1, "x")), WebSocketStatus::kProtocolError);  // compressed
  EXPECT_EQ(failure(masked(0x83, "x")), WebSocketStatus::kProtocolError);  // unknown kind
  EXPECT_EQ(failure(masked(0x80, "x")), WebSocketStatus::kProtocolError);  // continues nothing
  EXPECT_EQ(failure(masked(0x09, "x")), WebSocketStatus::kProtocolError);  // a ping in pieces
  EXPECT_EQ(failure(masked(0x89, std::string(126, 'x'))), WebSocketStatus::kProtocolError);
  EXPECT_EQ(failure(masked(0x01, "x") + masked(0x81, "x")), WebSocketStatus::kProtocolError);
  EXPECT_EQ(failure(masked(0x88, "\x03")), WebSocketStatus::kProtocolError);
  EXPECT_EQ(failure(masked(0x88, "\x03\xed")), WebSocketStatus::kProtocolError);  // 1005
  EXPECT_EQ(failure(masked(0x81, "\xc0\x80")), WebSocketStatus::kBadText);
  EXPECT_EQ(failure(masked(0x81, "\xed\xa0\x80")), WebSocketStatus::kBadText);  // a surrogate
  EXPECT_EQ(failure(masked(0x81, "\xe2\x82")), WebSocketStatus::kBadText);
}

TEST(WebSocketFrames, AMessageHasALimitInAllItsPieces) {
  EXPECT_EQ(read(masked(0x81, "12345"), 100, 5).seen, "1:12345 ");
  EXPECT_EQ(read(masked(0x81, "123456"), 100, 5).failure, WebSocketStatus::kTooBig);
  const Buffer pieces = masked(0x01, "123") + masked(0x00, "45") + masked(0x80, "6");
  EXPECT_EQ(read(pieces, 100, 5).failure, WebSocketStatus::kTooBig);
  // 2^63 bytes are promised.
  const Buffer huge{0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0};
  EXPECT_EQ(read(huge, 100, 5).failure, WebSocketStatus::kTooBig);
}

TEST(WebSocketFrames, HeadsAreAsShortAsTheyCanBe) {
  const auto head = [](std::uint64_t size) {
    Buffer out;
    write_websocket_head(WebSocketOpcode::kBinary, size, out);
    EXPECT_EQ(out.size(), websocket_head_size(size));
    return out;
  };
  EXPECT_EQ(head(125), (Buffer{0x82, 125}));
  EXPECT_EQ(head(126), (Buffer{0x82, 126, 0, 126}));
  EXPECT_EQ(head(0xffff), (Buffer{0x82, 126, 0xff, 0xff}));
  EXPECT_EQ(head(0x10000), (Buffer{0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0}));
  EXPECT_EQ(write_websocket_close(WebSocketStatus::kPolicy, "no"),
            (Buffer{0x88, 4, 0x03, 0xf0, 'n', 'o'}));
}

}  // namespace
}  // namespace flu::wire
