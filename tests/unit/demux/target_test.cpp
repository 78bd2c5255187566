#include "tools/demux/target.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace flu::demux {
namespace {

std::string option(const Target& target, std::string_view name) {
  for (const auto& [key, value] : target.input.options) {
    if (key == name) return value;
  }
  return "none";
}

TEST(Target, SchemesBecomeLibavs) {
  EXPECT_EQ(parse_target({"hls://h/x.m3u8"})->input.url, "http://h/x.m3u8");
  EXPECT_EQ(parse_target({"hlss://h/x.m3u8"})->input.url, "https://h/x.m3u8");
  EXPECT_EQ(parse_target({"shout://h:8000"})->input.url, "http://h:8000");
  EXPECT_EQ(parse_target({"rtsp://u:p@h/x"})->input.url, "rtsp://u:p@h/x");
  EXPECT_EQ(parse_target({"file:///srv/x.mp4"})->input.url, "file:/srv/x.mp4");
  EXPECT_EQ(parse_target({"x.mp4"})->input.url, "file:x.mp4");
  EXPECT_TRUE(parse_target({"srt://h:9000"})->is_transport);
}

TEST(Target, NothingBelowASchemeReachesFiles) {
  for (const char* url :
       {"hls://h/x", "hlss://h/x", "shout://h", "rtsp://h/x", "rtmp://h/a/b", "srt://h:1"}) {
    EXPECT_EQ(parse_target({url})->input.protocols.find("file"), std::string::npos) << url;
  }
  EXPECT_EQ(parse_target({"x.mp4"})->input.protocols, "file");
  EXPECT_EQ(parse_target({"x.mp4"})->input.formats.find("hls"), std::string::npos);
  EXPECT_EQ(parse_target({"x.mp4"})->input.formats.find("concat"), std::string::npos);
  EXPECT_EQ(parse_target({"hlss://h/x"})->input.protocols.find("http,"), std::string::npos);
}

TEST(Target, RtmpApplicationIsTheFirstSegment) {
  const auto plain = parse_target({"rtmp://h/live/a/b"});
  EXPECT_EQ(option(*plain, "rtmp_app"), "live");
  EXPECT_EQ(option(*plain, "rtmp_playpath"), "a/b");
  const auto divided = parse_target({"rtmp://h/live/a//b"});
  EXPECT_EQ(option(*divided, "rtmp_app"), "live/a");
  EXPECT_EQ(option(*divided, "rtmp_playpath"), "b");
  EXPECT_FALSE(parse_target({"rtmp://h/live"}));
}

TEST(Target, HeadersAreLines) {
  const auto target =
      parse_target({"hls://h/x", "user_agent=VLC 3", "header.Referer=https://a/", "header.X-Y=z"});
  ASSERT_TRUE(target);
  EXPECT_EQ(option(*target, "user_agent"), "VLC 3");
  EXPECT_EQ(option(*target, "headers"), "Referer: https://a/\r\nX-Y: z\r\n");
  EXPECT_FALSE(parse_target({"hls://h/x", "header.X=a\r\nHost: b"}));
  EXPECT_FALSE(parse_target({"hls://h/x", "header.=a"}));
  EXPECT_FALSE(parse_target({"hls://h/x", "user_agent=a\nb"}));
  EXPECT_FALSE(parse_target({"rtsp://h/x", "user_agent=a"}));
}

TEST(Target, OptionsAreChecked) {
  EXPECT_TRUE(parse_target({"hls://h/x", "skip_stalled_check=true"})->skips_stalled_check);
  EXPECT_FALSE(parse_target({"hls://h/x", "skip_stalled_check=maybe"}));
  EXPECT_EQ(parse_target({"srt://h:1", "program=7", "pids=1,2"})->ts.pids.size(), 2U);
  EXPECT_FALSE(parse_target({"srt://h:1", "program=70000"}));
  EXPECT_EQ(parse_target({"rtsp://h/x", "source_timeout=5"})->input.open_timeout,
            std::chrono::seconds(5));
  EXPECT_FALSE(parse_target({"rtsp://h/x", "source_timeout=0"}));
  EXPECT_FALSE(parse_target({"rtsp://h/x", "other=1"}));
  EXPECT_FALSE(parse_target({"rtsp://"}));
  EXPECT_FALSE(parse_target({"udp://239.0.0.1:1234"}));
}

TEST(Target, AuthoritiesAreForWhatMayBeSecure) {
  for (const char* url :
       {"hls://h/x", "hlss://h/x", "shouts://h", "rtsps://h/x", "rtmps://h/a/b"}) {
    const auto target = parse_target({url, "tls_ca=own.pem"});
    ASSERT_TRUE(target) << url;
    EXPECT_TRUE(target->may_use_tls) << url;
    EXPECT_EQ(target->tls_ca, "own.pem");
  }
  for (const char* url : {"rtsp://h/x", "rtmp://h/a/b", "srt://h:1", "x.mp4"}) {
    EXPECT_FALSE(parse_target({url})->may_use_tls) << url;
    EXPECT_FALSE(parse_target({url, "tls_ca=own.pem"})) << url;
  }
}

TEST(Target, SecureRtspIsNotSentInDatagrams) {
  EXPECT_EQ(option(*parse_target({"rtsp://h/x"}), "rtsp_flags"), "prefer_tcp");
  const auto secure = parse_target({"rtsps://h/x"});
  EXPECT_EQ(option(*secure, "rtsp_transport"), "tcp");
  EXPECT_EQ(secure->input.protocols.find("udp"), std::string::npos);
}

TEST(Target, MessagesHaveNoSecrets) {
  EXPECT_EQ(parse_target({"rtsp://u:secret@h/x"})->text, "rtsp://u:***@h/x");
}

}  // namespace
}  // namespace flu::demux
