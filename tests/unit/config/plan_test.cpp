#include "libcommon/config/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libcommon/config/shell.h"

namespace flu::config {
namespace {

using testing::ElementsAre;

ServerConfig server_of(std::string_view text) {
  LoadedConfig loaded = load_config(text);
  EXPECT_FALSE(loaded.diagnostics.has_errors());
  return loaded.server;
}

std::vector<std::string> lines(std::string_view text) {
  std::vector<std::string> out;
  for (const Unit& unit : plan(server_of(text))) out.push_back(unit.name + ": " + unit.to_text());
  return out;
}

TEST(Plan, AStreamIsAHubAndItsProducer) {
  EXPECT_THAT(lines("http 80; stream ort { url udp://1.1.1.1:1 program=5; segment_duration 2; "
                    "source_timeout 10; }"),
              ElementsAre("segment@ort: flu-segment --segment-duration 2 --no-stdin ort",
                          "ingest@ort: flu-ingest udp://1.1.1.1:1 program=5 source_timeout=10 --to "
                          "ort",
                          "auth: flu-auth", "serve: flu-serve --http 80"));
}

TEST(Plan, ViewersStayAsLongAsTheConfigSays) {
  EXPECT_THAT(lines("http 80; drain_timeout 90m;"),
              ElementsAre("auth: flu-auth", "serve: flu-serve --http 80 --drain-timeout 5400"));
  EXPECT_THAT(lines("http 80; drain_timeout 0;"),
              ElementsAre("auth: flu-auth", "serve: flu-serve --http 80 --drain-timeout 0"));
  for (const char* bad : {"drain_timeout soon;", "drain_timeout 31d;", "drain_timeout;"}) {
    EXPECT_TRUE(load_config(bad).diagnostics.has_errors()) << bad;
  }
}

TEST(Plan, OneProgramMakesThePicturesOfAllStreams) {
  EXPECT_THAT(lines("stream a { thumbnails; } stream b { thumbnails url=http://u:hunter2@c/s; }"),
              ElementsAre("segment@a: flu-segment --no-stdin a",
                          "segment@b: flu-segment --no-stdin b", "thumb: flu-thumb"));
  EXPECT_THAT(lines("stream a { thumbnails enabled=false; }"),
              ElementsAre("segment@a: flu-segment --no-stdin a"));
}

TEST(Plan, ProducersComeAfterTheirHub) {
  const auto units = plan(server_of("stream a { url fake://fake; }"));
  EXPECT_THAT(units.at(1).after, ElementsAre("segment@a"));
}

TEST(Plan, DisabledAndUnsupportedStreamsHaveNoUnits) {
  EXPECT_THAT(lines("stream a { url fake://fake; disabled; } stream b { url rtsp2://h/x; }"),
              testing::IsEmpty());
}

TEST(Plan, AStreamWithoutSourceHasItsHub) {
  EXPECT_THAT(lines("stream a { }"), ElementsAre("segment@a: flu-segment --no-stdin a"));
}

TEST(Plan, OnDemandStreamsGiveUp) {
  const auto units = plan(server_of("ondemand a { url fake://fake; retry_limit 3; }"));
  EXPECT_EQ(units.at(0).policy, RunPolicy::kWhileWanted);
  EXPECT_EQ(units.at(1).to_text(), "flu-ingest fake://fake --retry-limit 3 --to a");
}

TEST(Plan, EachRootHasOneRecorder) {
  EXPECT_THAT(
      lines("stream a { dvr /s 2d; } stream b { dvr_offline /s; } stream c { dvr /t; }"
            "stream d { dvr /u; disabled; } stream e { }"),
      ElementsAre("segment@a: flu-segment --no-stdin a", "segment@b: flu-segment --no-stdin b",
                  "segment@c: flu-segment --no-stdin c", "segment@e: flu-segment --no-stdin e",
                  "dvr@/s: flu-dvr record --root /s", "dvr@/t: flu-dvr record --root /t"));
}

TEST(Plan, FilesAreLooped) {
  EXPECT_EQ(explain(server_of("stream a { url file:///srv/a.ts; }").streams[0]),
            "flu-ingest --loop file:///srv/a.ts | flu-segment a");
}

TEST(Plan, SilenceIsToldBeforeASourceIsLost) {
  EXPECT_EQ(explain(server_of("stream a { url fake://fake; frames_timeout 1.5; }").streams[0]),
            "flu-ingest --frames-timeout 1.5 fake://fake | flu-segment a");
}

TEST(Plan, AnAddressOfSeveralStreamsIsReceivedOnce) {
  const std::string_view config =
      "stream a { url udp://239.0.0.1:1234/10.0.0.5 program=21; }"
      "stream b { url fake://fake; url udp://239.0.0.1:1234/10.0.0.5 program=22; }"
      "stream c { url udp://239.0.0.2:1234; url udp://239.0.0.2:1234 program=1; }"
      "stream d { url udp://239.0.0.2:1234; disabled; }"
      "stream e { url udp://239.0.0.1:1234; }";
  EXPECT_THAT(lines(config),
              ElementsAre("share@239.0.0.1_1234_10.0.0.5: flu-ingest --share "
                          "udp://239.0.0.1:1234/10.0.0.5",
                          "segment@a: flu-segment --no-stdin a",
                          "ingest@a: flu-ingest udp://239.0.0.1:1234/10.0.0.5 shared=true "
                          "program=21 --to a",
                          "segment@b: flu-segment --no-stdin b",
                          "ingest@b: flu-ingest fake://fake udp://239.0.0.1:1234/10.0.0.5 "
                          "shared=true program=22 --to b",
                          "segment@c: flu-segment --no-stdin c",
                          "ingest@c: flu-ingest udp://239.0.0.2:1234 udp://239.0.0.2:1234 "
                          "program=1 --to c",
                          "segment@e: flu-segment --no-stdin e",
                          "ingest@e: flu-ingest udp://239.0.0.1:1234 --to e"));
  EXPECT_THAT(plan(server_of(config)).at(2).after,
              ElementsAre("segment@a", "share@239.0.0.1_1234_10.0.0.5"));
}

TEST(Plan, WhoComesToAnAddressTouchesNobody) {
  const auto alone = server_of("stream a { url udp://239.0.0.1:1234 program=21; }");
  const auto both = server_of(
      "stream a { url udp://239.0.0.1:1234 program=21; }"
      "stream b { url udp://239.0.0.1:1234 program=22; }");
  const Unit before = plan(alone).at(1);
  const Unit after = plan(both).at(2);
  ASSERT_EQ(before.name, after.name);
  EXPECT_EQ(before.hash, after.hash);
  EXPECT_THAT(before.shared, testing::IsEmpty());
  EXPECT_THAT(after.shared, ElementsAre("239.0.0.1:1234"));
  // Nor who leaves it: the receiver stays, while somebody reads.
  const auto left = plan(alone, {"share@239.0.0.1_1234"});
  EXPECT_EQ(left.at(0).name, "share@239.0.0.1_1234");
  EXPECT_EQ(left.at(0).hash, plan(both).at(0).hash);
  EXPECT_EQ(left.at(2).command, after.command);
  EXPECT_THAT(plan(server_of("stream a { url fake://fake; }"), {"share@239.0.0.1_1234"}).size(), 2);
}

TEST(Plan, OptionsThatARunningHubTakesOverDoNotChangeItsHash) {
  const auto before = plan(server_of("stream a { url fake://fake; }")).at(0);
  const auto after = plan(server_of("stream a { url fake://fake; segments 9; }")).at(0);
  EXPECT_EQ(before.hash, after.hash);
  EXPECT_NE(before.options, after.options);
}

TEST(Plan, TitlesChangeNothing) {
  EXPECT_EQ(plan(server_of("stream a { url fake://fake; title x; }")).at(1).hash,
            plan(server_of("stream a { url fake://fake; title y; }")).at(1).hash);
  EXPECT_NE(plan(server_of("stream a { url fake://fake; }")).at(1).hash,
            plan(server_of("stream a { url fake://fake source_timeout=7; }")).at(1).hash);
}

TEST(Explain, IsQuotedForAShell) {
  StreamConfig stream;
  stream.name = "a";
  SourceUrl source;
  source.url = "file:///srv/it's a $HOME; rm -rf.ts";
  stream.sources.push_back(source);
  EXPECT_EQ(explain(stream),
            R"(flu-ingest --loop 'file:///srv/it'\''s a $HOME; rm -rf.ts' | flu-segment a)");
  const std::string elsewhere = explain(stream, "/tmp/x y");
  EXPECT_EQ(elsewhere.substr(elsewhere.find('|')), "| flu-segment --run-dir '/tmp/x y' a");
}

TEST(Shell, QuotesOnlyWhatNeedsIt) {
  EXPECT_EQ(shell_quote("udp://239.0.0.1:1234"), "udp://239.0.0.1:1234");
  EXPECT_EQ(shell_quote(""), "''");
  EXPECT_EQ(shell_quote("a&b"), "'a&b'");
  EXPECT_EQ(shell_quote("~x"), "'~x'");
}

TEST(Plan, NoSecretStandsInACommandLine) {
  const auto unit = plan(server_of("stream a { url rtsp://u:hunter2@cam/x; "
                                   "url hls://h/x header.Authorization=hunter3; }"))
                        .at(1);
  EXPECT_THAT(unit.command, ElementsAre("flu-ingest", "@1", "hls://h/x", "@2", "--to", "a"));
  EXPECT_THAT(unit.secrets, ElementsAre("rtsp://u:hunter2@cam/x", "header.Authorization=hunter3"));
  EXPECT_EQ(unit.to_text(),
            "flu-ingest 'rtsp://u:***@cam/x' hls://h/x 'header.Authorization=***' --to a");
}

TEST(Plan, AnotherPasswordIsAnotherUnit) {
  const auto hash = [](std::string_view config) { return plan(server_of(config)).at(1).hash; };
  EXPECT_NE(hash("stream a { url rtsp://u:one@cam/x; }"),
            hash("stream a { url rtsp://u:two@cam/x; }"));
  EXPECT_EQ(hash("stream a { url rtsp://u:one@cam/x; }"),
            hash("stream a { url rtsp://u:one@cam/x; title t; }"));
}

}  // namespace
}  // namespace flu::config
