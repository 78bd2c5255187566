#include "tools/ingest/source_url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flu::ingest {
namespace {

using std::chrono::milliseconds;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

using Words = std::vector<std::string>;

SourceUrl one(const Words& words) {
  const auto parsed = parse_sources(words);
  EXPECT_TRUE(parsed) << parsed.error().message;
  return parsed ? parsed->at(0) : SourceUrl{};
}

std::string refusal(const Words& words) {
  const auto parsed = parse_sources(words);
  EXPECT_FALSE(parsed);
  if (parsed) return {};
  EXPECT_EQ(parsed.error().code, ErrorCode::kInvalidArgument);
  return parsed.error().message;
}

TEST(SourceUrl, MulticastAndUnicast) {
  EXPECT_EQ(one({"udp://239.255.1.1:5500"}).udp, (io::UdpAddress{0xEFFF0101, 5500, 0}));
  EXPECT_EQ(one({"udp://239.0.0.1:1234/10.100.200.3"}).udp,
            (io::UdpAddress{0xEF000001, 1234, 0x0A64C803}));
  EXPECT_EQ(one({"udp://192.168.0.1:12345"}).udp, (io::UdpAddress{0xC0A80001, 12345, 0}));
  EXPECT_FALSE(one({"udp://192.168.0.1:12345"}).is_finite());
}

TEST(SourceUrl, FilesAndStandardInput) {
  EXPECT_EQ(one({"file:///srv/a.ts"}).path, "/srv/a.ts");
  EXPECT_EQ(one({"file://vod/a.ts"}).path, "vod/a.ts");
  EXPECT_EQ(one({"-"}).scheme, Scheme::kStdin);
  EXPECT_TRUE(one({"-"}).is_finite());
  EXPECT_EQ(one({"fake://fake"}).scheme, Scheme::kFake);
}

TEST(SourceUrl, OptionsBelongToTheUrlBefore) {
  const auto parsed =
      parse_sources({"udp://239.0.0.1:1234", "program=2001", "pids=45,46,47", "source_timeout=10",
                     "udp://239.0.0.2:1234", "allow_subtitles=false"});
  ASSERT_TRUE(parsed);
  ASSERT_EQ(parsed->size(), 2U);
  EXPECT_EQ((*parsed)[0].ts.program, 2001);
  EXPECT_THAT((*parsed)[0].ts.pids, ElementsAre(45, 46, 47));
  EXPECT_TRUE((*parsed)[0].ts.allow_subtitles);
  EXPECT_EQ((*parsed)[0].source_timeout, milliseconds(10'000));
  EXPECT_FALSE((*parsed)[1].ts.allow_subtitles);
  EXPECT_EQ((*parsed)[1].source_timeout, milliseconds(60'000));
}

TEST(SourceUrl, PriorityDecidesTheOrder) {
  const auto parsed = parse_sources({"udp://239.0.0.1:1", "priority=3", "udp://239.0.0.1:2",
                                     "priority=1", "udp://239.0.0.1:3", "priority=2"});
  ASSERT_TRUE(parsed);
  EXPECT_EQ((*parsed)[0].udp.port, 2);
  EXPECT_EQ((*parsed)[1].udp.port, 3);
  EXPECT_EQ((*parsed)[2].udp.port, 1);
}

TEST(SourceUrl, AFileNameMayHoldAnEqualsSign) {
  EXPECT_EQ(one({"file:///srv/a=b.ts"}).path, "/srv/a=b.ts");
}

TEST(SourceUrl, AnOptionMayHoldAUrl) {
  EXPECT_TRUE(parse_sources({"udp://239.0.0.1:1", "header.Referer=https://flu.example"}));
}

TEST(SourceUrl, PlainHttpIsRefusedWithAHint) {
  EXPECT_THAT(refusal({"http://host/path"}), AllOf(HasSubstr("tshttp://"), HasSubstr("hls://")));
  EXPECT_THAT(refusal({"https://host/path"}), AllOf(HasSubstr("tshttps://"), HasSubstr("hlss://")));
}

TEST(SourceUrl, DocumentedButMissingSaysSo) {
  for (const char* url : {"rtsp2://cam/h264", "hls2://a/b.m3u8", "m4f://a/b", "timeshift://a/3600",
                          "mixer://a,b", "mosaic://a,b", "playlist:///a.txt", "decklink://0"}) {
    EXPECT_THAT(refusal({url}), HasSubstr("is not supported yet")) << url;
  }
}

TEST(SourceUrl, OverTcpAndHttp) {
  EXPECT_EQ(one({"tstcp://192.168.0.1:54321"}).peer, (HostPort{"192.168.0.1", 54321}));
  EXPECT_EQ(one({"tstcp://[::1]:5/"}).peer, (HostPort{"::1", 5}));
  const SourceUrl url = one({"tshttps://u:secret@host/a?b=c", "user_agent=VLC 3", "tls_ca=own.pem",
                             "header.Referer=https://flu.example", "program=21"});
  EXPECT_TRUE(url.http.url.is_tls);
  EXPECT_EQ(url.http.url.peer, (HostPort{"host", 443}));
  EXPECT_EQ(url.http.url.target, "/a?b=c");
  EXPECT_EQ(url.http.url.user_info, "u:secret");
  EXPECT_EQ(url.http.options.user_agent, "VLC 3");
  EXPECT_EQ(url.http.tls_ca, "own.pem");
  ASSERT_EQ(url.http.options.headers.size(), 1U);
  EXPECT_EQ(url.http.options.headers[0].value, "https://flu.example");
  EXPECT_EQ(url.ts.program, 21);
  EXPECT_THAT(url.text, testing::Not(HasSubstr("secret")));
  EXPECT_FALSE(url.is_finite());
}

TEST(SourceUrl, HeadersAreChecked) {
  EXPECT_THAT(refusal({"tshttp://host/", "header.Host=x"}), HasSubstr("cannot be set"));
  EXPECT_THAT(refusal({"tshttp://host/", "user_agent=a\r\nX: y"}), HasSubstr("control character"));
  EXPECT_THAT(refusal({"tshttp://host:0/"}), HasSubstr("from 1 to 65535"));
  EXPECT_THAT(refusal({"tstcp://host"}), HasSubstr("expected HOST:PORT"));
}

TEST(SourceUrl, SlipsAreUnderstood) {
  EXPECT_THAT(refusal({"upd://239.0.0.1:1234"}), HasSubstr("did you mean 'udp'?"));
  EXPECT_THAT(refusal({"udp://239.0.0.1:1234", "progam=1"}),
              HasSubstr("unknown option 'progam', did you mean 'program'?"));
  EXPECT_THAT(refusal({"clip.ts"}), HasSubstr("file://clip.ts"));
  EXPECT_THAT(refusal({"program=1", "udp://239.0.0.1:1234"}), HasSubstr("behind the URL"));
}

TEST(SourceUrl, ValuesAreChecked) {
  EXPECT_THAT(refusal({"udp://239.0.0.1"}), HasSubstr("expected udp://ADDRESS:PORT"));
  EXPECT_THAT(refusal({"udp://239.0.0.1:0"}), HasSubstr("from 1 to 65535"));
  EXPECT_THAT(refusal({"udp://239.0.0.1:70000"}), HasSubstr("from 1 to 65535"));
  EXPECT_THAT(refusal({"udp://239.0.0.1:1/eth0"}), HasSubstr("address of an interface"));
  EXPECT_THAT(refusal({"udp://10.0.0.1:1/10.0.0.2"}), HasSubstr("is none"));
  EXPECT_THAT(refusal({"udp://"}), HasSubstr("nothing after"));
  EXPECT_THAT(refusal({"fake://fake", "program=0"}), HasSubstr("from 1 to 65535"));
  EXPECT_THAT(refusal({"fake://fake", "pids=45,9000"}), HasSubstr("from 0 to 8191"));
  EXPECT_THAT(refusal({"fake://fake", "allow_subtitles=maybe"}), HasSubstr("true or false"));
  EXPECT_THAT(refusal({"fake://fake", "source_timeout=0"}), HasSubstr("more than 0"));
  EXPECT_THAT(refusal({"-", "-"}), HasSubstr("only once"));
}

TEST(SourceUrl, APartOfAPasswordIsNotTakenForAPort) {
  for (const char* url : {"tshttp://joe:pa/ss@host/x", "rtsp://joe:pa?ss@host/x",
                          "hls://joe:pa#ss@host/x", "tstcp://joe:pa/ss@host:1"}) {
    EXPECT_THAT(refusal({url}), HasSubstr("%2F"));
    EXPECT_THAT(refusal({url}), testing::Not(HasSubstr("pa/"))) << url;
    EXPECT_THAT(refusal({url}), testing::Not(HasSubstr("'pa'"))) << url;
  }
  EXPECT_EQ(one({"rtsp://joe:pa%2Fss@host/x"}).demux_words.size(), 1U);
  EXPECT_EQ(one({"hls://host:80/x@y"}).demux_words.size(), 1U);
  EXPECT_EQ(one({"hls://[::1]:80/x@y"}).demux_words.size(), 1U);
}

TEST(SourceUrl, OtherProtocolsAreForFluDemux) {
  const SourceUrl hls = one({"hls://h/x.m3u8", "user_agent=VLC 3", "skip_stalled_check=true",
                             "header.Referer=https://x", "source_timeout=5"});
  EXPECT_EQ(hls.scheme, Scheme::kDemux);
  EXPECT_TRUE(hls.is_bursty);
  EXPECT_THAT(hls.demux_words,
              testing::ElementsAre("hls://h/x.m3u8", "user_agent=VLC 3", "skip_stalled_check=true",
                                   "header.Referer=https://x"));
  // What says nothing to it is left out, so that it is not refused there.
  EXPECT_THAT(one({"rtsp://u:p@h/x", "user_agent=x", "program=3"}).demux_words,
              testing::ElementsAre("rtsp://u:p@h/x"));
  EXPECT_THAT(one({"rtsps://h/x", "tls_ca=own.pem"}).demux_words,
              testing::ElementsAre("rtsps://h/x", "tls_ca=own.pem"));
  EXPECT_THAT(one({"rtsp://h/x", "tls_ca=own.pem"}).demux_words,
              testing::ElementsAre("rtsp://h/x"));
  EXPECT_THAT(one({"srt://h:1", "program=3"}).demux_words,
              testing::ElementsAre("srt://h:1", "program=3"));
  EXPECT_THAT(refusal({"rtmp://host/only"}), HasSubstr("APPLICATION/STREAM"));
  EXPECT_THAT(refusal({"hls://h/x", "skip_stalled_check=maybe"}), HasSubstr("true or false"));
}

TEST(SourceUrl, LocationsHoldFiles) {
  const auto locations = parse_locations({"vod=/a", "tv=/t", "vod=/b c"});
  ASSERT_TRUE(locations);
  const auto sources = parse_sources({"file://vod/x/y.mp4", "file:///vod/z.mp4"}, *locations);
  ASSERT_TRUE(sources);
  EXPECT_EQ(sources->at(0).path, "x/y.mp4");
  EXPECT_THAT(sources->at(0).directories, testing::ElementsAre("/a", "/b c"));
  EXPECT_EQ(sources->at(1).path, "/vod/z.mp4");
  EXPECT_TRUE(sources->at(1).directories.empty());
  EXPECT_FALSE(parse_sources({"file://vod/../x.mp4"}, *locations));
  EXPECT_FALSE(parse_sources({"file://vod/"}, *locations));
  EXPECT_FALSE(parse_sources({"file://vod"}, *locations));
  for (const char* word : {"vod", "=x", "vod=", "a/b=c"}) {
    EXPECT_FALSE(parse_locations({word})) << word;
  }
}

TEST(SourceUrl, SecretsStayOutOfMessages) {
  EXPECT_THAT(refusal({"rtsp2://user:secret@cam/h264"}), testing::Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace flu::ingest
