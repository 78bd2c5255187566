#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libcommon/config/server_config.h"

namespace flu::config {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<std::string> said(std::string_view text, Severity severity) {
  std::vector<std::string> out;
  const LoadedConfig loaded = load_config(text);
  for (const auto& diagnostic : loaded.diagnostics.all()) {
    if (diagnostic.severity == severity) out.push_back(to_text(diagnostic, "flu.conf"));
  }
  return out;
}
std::vector<std::string> errors_of(std::string_view text) {
  return said(text, Severity::kError);
}
std::vector<std::string> warnings_of(std::string_view text) {
  return said(text, Severity::kWarning);
}

ServerConfig good(std::string_view text) {
  LoadedConfig loaded = load_config(text);
  for (const auto& diagnostic : loaded.diagnostics.all()) {
    if (diagnostic.severity == Severity::kError) ADD_FAILURE() << to_text(diagnostic, "flu.conf");
  }
  return loaded.server;
}

TEST(Loader, ReadsAWholeServer) {
  const ServerConfig server = good(R"(
http 80; http 127.0.0.1:8080; http [::1]:8081;
edit_auth admin secret; view_auth guest "pass word";
stream ort {
  title "Channel one"; comment c;
  url udp://239.0.0.1:1234/10.0.0.1 program=2001 pids=45,46 priority=1;
  urls fake://fake source_timeout=5 file:///srv/a.ts;
  segments 5; segment_count 8; segment_duration 2.5; source_timeout 10; frames_timeout 3;
}
ondemand a/b { url fake://fake; clients_timeout 2m; retry_limit 3 }
stream off { url fake://fake; disabled; }
stream on { url fake://fake; disabled false; }
)");
  ASSERT_EQ(server.http.size(), 3U);
  EXPECT_EQ(server.http[0].to_text(), "80");
  EXPECT_EQ(server.http[1].to_text(), "127.0.0.1:8080");
  EXPECT_EQ(server.http[2].to_text(), "[::1]:8081");
  EXPECT_EQ(server.view_auth->password, "pass word");
  ASSERT_EQ(server.streams.size(), 4U);
  const StreamConfig& ort = server.streams[0];
  EXPECT_EQ(ort.title, "Channel one");
  ASSERT_EQ(ort.sources.size(), 3U);
  EXPECT_EQ(ort.sources[0].option("pids"), "45,46");
  EXPECT_EQ(ort.sources[1].option("source_timeout"), "5");
  EXPECT_EQ(ort.sources[2].url, "file:///srv/a.ts");
  EXPECT_EQ(ort.segments, 5U);
  EXPECT_EQ(ort.segment_count, 8U);
  EXPECT_EQ(ort.segment_duration, milliseconds(2500));
  EXPECT_EQ(ort.source_timeout, seconds(10));
  EXPECT_EQ(ort.frames_timeout, seconds(3));
  EXPECT_EQ(server.streams[1].kind, StreamKind::kOnDemand);
  EXPECT_EQ(server.streams[1].clients_timeout, seconds(120));
  EXPECT_EQ(server.streams[1].retry_limit, 3U);
  EXPECT_TRUE(server.streams[2].is_disabled);
  EXPECT_FALSE(server.streams[3].is_disabled);
}

TEST(Loader, DefaultsAreThoseOfTheDocumentation) {
  const StreamConfig stream = good("stream a { url fake://fake; }").streams.at(0);
  EXPECT_EQ(stream.source_timeout, seconds(60));
  EXPECT_EQ(stream.clients_timeout, seconds(60));
  EXPECT_EQ(stream.retry_limit, 10U);
  EXPECT_FALSE(stream.segments);
}

TEST(Loader, EitherSegmentsOrSegmentCountSetsBoth) {
  EXPECT_EQ(good("stream a { segments 7; }").streams[0].segment_count, 7U);
  EXPECT_EQ(good("stream a { segment_count 9; }").streams[0].segments, 9U);
  const std::string fewer = "stream a { segments 7; segment_count 3; }";
  EXPECT_EQ(good(fewer).streams[0].segment_count, 7U);
  EXPECT_EQ(warnings_of(fewer).size(), 1U);
}

TEST(Loader, ClientTimeoutIsAnotherSpelling) {
  EXPECT_EQ(good("ondemand a { client_timeout 20; }").streams[0].clients_timeout, seconds(20));
}

TEST(Loader, UnknownOptionsComeWithTheNearestName) {
  EXPECT_THAT(errors_of("\nstream ort {\n  segmnets 5;\n}"),
              ElementsAre("flu.conf:3: unknown option 'segmnets' in stream 'ort', did you mean "
                          "'segments'?"));
  EXPECT_THAT(errors_of("strem a { }"),
              ElementsAre("flu.conf:1: unknown directive 'strem', did you mean 'stream'?"));
  EXPECT_THAT(errors_of("stream a { qwertyuiop; }"),
              ElementsAre("flu.conf:1: unknown option 'qwertyuiop' in stream 'a'"));
  EXPECT_THAT(errors_of("stream a { url udp://1.2.3.4:5 progam=5; }"),
              ElementsAre("flu.conf:1: unknown option 'progam' of a url in stream 'a', did you "
                          "mean 'program'?"));
}

TEST(Loader, OptionsInTheWrongPlaceSayWhereTheyBelong) {
  EXPECT_THAT(
      errors_of("segments 5;"),
      ElementsAre("flu.conf:1: unknown directive 'segments': it belongs in a stream or in a "
                  "source"));
  EXPECT_THAT(errors_of("stream a { path /x; }"),
              ElementsAre("flu.conf:1: unknown option 'path' in stream 'a': it belongs in a file "
                          "location"));
}

TEST(Loader, AllMistakesAreReportedByLine) {
  const auto errors = errors_of(R"(http 99999;
http 80; http 80;
stream .bad { url udp://x; }
stream a { url http://x/y; segments 0; segment_duration 1h; }
stream a { source_timeout x; retry_limit -1; disabled maybe; }
stream b
stream c { url tshtp://x; url nothing; url udp://1.1.1.1:0; url udp://1.1.1.1:5/1.1.1.1; }
http 1.2.3:80;
edit_auth onlyuser;
stream d { url a b; url; url file:///; url fake://; url udp://1.1.1.1:1 program=0 pids=9999; }
stream e { source_timeout 5; frames_timeout 5; }
stream f { segments 5 x=1; title a b; }
stream g { url udp://1.1.1.1:1 program=1 program=2; }
edit_auth "" x;
)");
  EXPECT_GE(errors.size(), 20U);
  for (std::size_t i = 1; i < errors.size(); ++i) {
    EXPECT_LE(std::stoi(errors[i - 1].substr(9)), std::stoi(errors[i].substr(9)));
  }
}

TEST(Loader, ForgottenSemicolonIsNamed) {
  EXPECT_THAT(errors_of("stream a {\n  url fake://fake\n  segments 5;\n}"),
              ElementsAre("flu.conf:2: ';' is missing after 'url': line 3 begins with 'segments'"));
  // What follows it is still checked.
  EXPECT_EQ(errors_of("http 80\nstream a { segmnets 5; }").size(), 2U);
  // A statement may go on over several lines.
  EXPECT_THAT(errors_of("stream a {\n  urls fake://fake\n    fake://fake;\n}"), IsEmpty());
}

TEST(Loader, ManyForgottenSemicolonsAreAllNamed) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "http\n";
  EXPECT_GE(errors_of(text).size(), 20'000U);
}

TEST(Loader, DuplicateStreamsAreRefused) {
  EXPECT_THAT(errors_of("stream a { }\nondemand a { }"),
              ElementsAre("flu.conf:2: stream 'a' is declared in line 1 already"));
}

TEST(Loader, WhatIsNotSupportedYetIsAWarning) {
  EXPECT_THAT(
      errors_of("live x { publish_enabled; password a; }\nstream a { dvr /storage 1d 50%; }"),
      IsEmpty());
  EXPECT_THAT(
      warnings_of("rtmp 1935;\nstream a {\n pulse off;\n url rtsp2://u:p@cam/x;\n}"),
      ElementsAre("flu.conf:1: warning: 'rtmp' is not supported yet: ignored",
                  "flu.conf:3: warning: 'pulse' in stream 'a' is not supported yet: ignored",
                  "flu.conf:4: warning: url 'rtsp2://u:***@cam/x' in stream 'a': rtsp2:// "
                  "is not supported yet: ignored"));
}

TEST(Loader, EveryDocumentedExampleIsKnown) {
  EXPECT_THAT(errors_of(R"conf(
https 443; rtmp 1935; rtmps 1443; rtsp 554; rtsps 1554; mysql 3306; snmp 4000;
admin_http 127.0.0.1:8090; admin_https 8443; loglevel debug; logrequests true;
auth_token token; auth http://backend/auth.php; no_auto_token; auto_token blank;
max_sessions 1000; cluster_key key; api_allowed_from 10/8 192.168/16;
notify h { sink http://backend/event.php; only event=a,b media=x; except media=*; verbose debug;
  buffer false; sign_key k; from a@b; to c@d; via smtp://127.0.0.1:587; anything=1 more; other 5; }
pulsedb /var/lib/flu; session_log false; url_prefix http://my:8080; aliaser /etc/flu/alias.lua;
web_script mytest priv/myscripts; cache globalcache /var/www misses=4 2d 40G;
source origin1.tv {} source a b { cluster_key k; only cbc football; except comedy; dvr /s 2d; }
source origin2;
peer p1; peer p2 { cluster_key k; fetch_timeout 1; stale_timeout 3; }
plugin iptv { database sqlite:///opt/x.db; loadbalance bitrate; }
auth_backend main { allow ip 10.10/16; deny ua "Mozilla/5.0 (Windows; U)"; deny country GB;
  allow token a; backend http://x/y; # comment
  allow default;
}
rewrite nsk/* { url rtsp://nsk-origin:554/%s; }
live published { password mypass; on_publish http://host/p.php; push rtmp://cdn/client43/%s; }
file vod { path /disk1; paths /d1 /d2; path s3://K:S@s3.amazonaws.com/b; download; read_queue 5;
  max_readers 9; domain host; domains host *.host; thumbnails offset=10; hds off; drm aes128
  keyserver=http://h:4500/; cache /ssd misses=5 2d 40G; segment_cache /ssd1 20G 48h misses=2 }
stream all {
  auth auth://main; domains h *.h; allowed_countries RU US; disallowed_countries CN;
  url rtsp://192.168.1.21:554/user=admin&password=&channel=0&stream=0;
  url tshttp://s/x priority=1 source_timeout=60 header.Referer=https://x user_agent="Agent v1.2";
  url decklink://0 enc="vb=1024k preset=superfast"; url mosaic://a,b?fps=20&size=340x240;
  url_prefix http://x; dvr /storage 6h 90% 10G schedule=8:00-16:00,22-1:30 replicate copy=/opt/m;
  dvr_offline /storage 1d 50%; udp 239.0.0.1:5001?cbr=2000 multicast_loop;
  thumbnails url=http://cam/s.cgi; backup vod/blank.mp4; publish_enabled; rtp udp; tracks 1;
  add_audio_only; no_prepush; prepush 10; max_bitrate 1000; group sport; meta drm_id ev0234;
  logo path=flu/l.png height=100 width=100 left=0 top=0; cluster_ingest capture_at=h;
  mpegts_pids pmt=4095 sdt=0x12 v1=211 t0=16#fb; transcoder vb=2048k size=1280x720 ab=128k;
  hls off; dash off; rtmp off; rtsp off; mpegts off; webrtc off; mseld off; m4f off; m4s off;
  pulse off; provider p; position 5; glue_ts; static false; dvr_protected;
  motion_detector_enabled; cache /cache 2d 800G; drm conax keyserver=https://u:p@h:1;
}
stream cam0 { url rtsp://10.0.4.3:554/h264; thumbnails http://10.0.4.3/cgi-bin/snapshot.cgi }
)conf"),
              IsEmpty());
}

TEST(Loader, ALogoIsAnImageAndItsPlace) {
  const auto stream = good("stream a { logo path=flu/l.png height=100 left=0 bottom=5; }").streams;
  EXPECT_EQ(stream.at(0).serving.logo,
            (LogoConfig{"flu/l.png", {{"height", 100}, {"left", 0}, {"bottom", 5}}}));
}

TEST(Loader, LogosThatCannotBeAreRefused) {
  for (const char* words : {"height=5", "path=/etc/x.png", "path=a/../../x.png",
                            "path=a.png height=0", "path=a.png top=-1", "path=a.png left=1 right=1",
                            "path=a.png top=1 bottom=2", "path=a.png with=5"}) {
    EXPECT_THAT(errors_of(fmt::format("stream a {{ logo {}; }}", words)), SizeIs(1)) << words;
  }
}

TEST(Loader, ThumbnailsAreMadeOrFetched) {
  const auto thumbnails = [](const std::string& statement) {
    const LoadedConfig loaded = load_config("stream a { " + statement + " }");
    EXPECT_TRUE(loaded.diagnostics.all().empty()) << statement;
    return loaded.server.streams.at(0).serving.thumbnails;
  };
  EXPECT_EQ(thumbnails("comment x;"), ThumbnailConfig{});
  EXPECT_EQ(thumbnails("thumbnails;"), (ThumbnailConfig{true, false, ""}));
  EXPECT_EQ(thumbnails("thumbnails enabled=ondemand;"), (ThumbnailConfig{true, true, ""}));
  EXPECT_EQ(thumbnails("thumbnails enabled=false;"), ThumbnailConfig{});
  EXPECT_EQ(thumbnails("thumbnails url=http://c/s?a=b&c=d;"),
            (ThumbnailConfig{true, false, "http://c/s?a=b&c=d"}));
  EXPECT_EQ(thumbnails("thumbnails https://u:p@c/s?a=b enabled=ondemand;"),
            (ThumbnailConfig{true, true, "https://u:p@c/s?a=b"}));
}

TEST(Loader, ThumbnailsThatCannotBeAreRefused) {
  for (const char* words :
       {"url=file:///etc/passwd", "url=rtsp://cam/1", "url=http://", "enabled=maybe",
        "url=http:///x", "sise=10", "cam", "url=http://u:p/w@cam/"}) {
    EXPECT_THAT(errors_of(fmt::format("stream a {{ thumbnails {}; }}", words)), SizeIs(1)) << words;
  }
}

TEST(Loader, IdenticalUdpSourcesAreWarnedOf) {
  EXPECT_EQ(warnings_of("stream a { url udp://239.0.0.1:1; }\nstream b { url udp://239.0.0.1:1; }")
                .size(),
            1U);
  EXPECT_THAT(warnings_of("stream a { url udp://239.0.0.1:1 program=1; }"
                          "stream b { url udp://239.0.0.1:1 program=2; }"),
              IsEmpty());
}

}  // namespace
}  // namespace flu::config
