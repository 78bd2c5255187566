#include "tools/serve/sessions/protocol.h"

#include <gtest/gtest.h>

namespace flu::serve {
namespace {

Protocol protocol(std::string_view path) {
  const auto route = parse_route(path);
  return route ? protocol_of(*route) : Protocol{"nothing"};
}

TEST(Protocol, EachWayToPlayHasItsWord) {
  EXPECT_EQ(protocol("/ort/index.m3u8").type, "hls");
  EXPECT_EQ(protocol("/ort/index.fmp4.m3u8").type, "hls");
  EXPECT_EQ(protocol("/ort/tracks-v1a1/2026/11/22/07/10/05123-04000.ts").type, "hls");
  EXPECT_EQ(protocol("/ort/tracks-v1a1/2026/11/22/07/10/05123-04000.m4s").type, "");
  EXPECT_EQ(protocol("/ort/tracks-v1a1/init-0123456789abcdef.mp4").type, "");
  EXPECT_EQ(protocol("/ort/index.mpd").type, "dash");
  EXPECT_EQ(protocol("/ort/mse_ld").type, "mseld");
  EXPECT_EQ(protocol("/ort/mpegts").type, "mpegts");
  EXPECT_TRUE(protocol("/ort/mpegts").is_endless);
  EXPECT_EQ(protocol("/ort/tracks-a2/shoutcast").type, "shoutcast");
  EXPECT_TRUE(protocol("/ort/shoutcast").is_endless);
  EXPECT_FALSE(protocol("/ort/index.m3u8").is_endless);
}

}  // namespace
}  // namespace flu::serve
