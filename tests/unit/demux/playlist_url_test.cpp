#include "tools/demux/playlist_url.h"

#include <gtest/gtest.h>

namespace flu::demux {
namespace {

TEST(PlaylistUrl, RelativeReferencesBecomeAbsolute) {
  EXPECT_EQ(*resolve_playlist_url("http://h/a/b.m3u8?x=1", "c.ts"), "http://h/a/c.ts");
  EXPECT_EQ(*resolve_playlist_url("https://h:8443/a/b.m3u8", "/c.ts?y"), "https://h:8443/c.ts?y");
}

TEST(PlaylistUrl, LoginGoesAlongToTheSameServer) {
  EXPECT_EQ(*resolve_playlist_url("http://me:p%40ss@h/a.m3u8", "c.ts"), "http://me:p%40ss@h/c.ts");
  EXPECT_EQ(*resolve_playlist_url("http://me:pass@h/a.m3u8", "http://other/c.ts"),
            "http://other/c.ts");
}

TEST(PlaylistUrl, OtherProtocolsAreRefused) {
  EXPECT_FALSE(resolve_playlist_url("http://h/a.m3u8", "file:///etc/passwd"));
  EXPECT_FALSE(resolve_playlist_url("http://h/a.m3u8", "crypto:file:///etc/passwd"));
  EXPECT_FALSE(resolve_playlist_url("file:///tmp/a.m3u8", "c.ts"));
}

}  // namespace
}  // namespace flu::demux
