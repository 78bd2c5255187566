#include "libcommon/manifest/playlist_gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flu::manifest {
namespace {

using testing::HasSubstr;
using testing::Not;

Result<std::string> resolve(std::string_view reference) {
  return "http://h/" + std::string(reference);
}

std::string live(unsigned first, unsigned count) {
  std::string out =
      "#EXTM3U\r\n#EXT-X-TARGETDURATION:4\r\n#EXT-X-MEDIA-SEQUENCE:" + std::to_string(first) +
      "\r\n";
  for (unsigned i = first; i < first + count; ++i) {
    out += "#EXTINF:4.0,\r\npart" + std::to_string(i) + ".ts\r\n";
  }
  return out;
}

std::optional<std::string> pass(PlaylistGate& gate, const std::string& text,
                                const std::string& url = "a") {
  auto out = gate.pass(url, text, resolve);
  EXPECT_TRUE(out) << out.error().message;
  return out ? *out : std::nullopt;
}

TEST(PlaylistGate, SegmentsOfTheFirstFetchAreNotTaken) {
  PlaylistGate gate({});
  EXPECT_FALSE(pass(gate, live(10, 3)));
  EXPECT_FALSE(pass(gate, live(10, 3)));
  const auto text = pass(gate, live(11, 3));
  ASSERT_TRUE(text);
  EXPECT_THAT(*text, HasSubstr("#EXT-X-MEDIA-SEQUENCE:13\n"));
  EXPECT_THAT(*text, HasSubstr("\nhttp://h/part13.ts\n"));
  EXPECT_THAT(*text, Not(HasSubstr("part12")));
}

TEST(PlaylistGate, StalledCheckCanBeSkipped) {
  PlaylistGate gate({.takes_first = true});
  EXPECT_THAT(*pass(gate, live(10, 3)), HasSubstr("part10.ts"));
}

TEST(PlaylistGate, WhatHasEndedIsSeenWhole) {
  PlaylistGate gate({});
  const auto text = pass(gate, live(0, 3) + "#EXT-X-ENDLIST\n");
  EXPECT_THAT(*text, HasSubstr("part0.ts"));
  EXPECT_THAT(*text, HasSubstr("#EXT-X-ENDLIST"));
}

TEST(PlaylistGate, CountThatBeginsAnewIsOldOnce) {
  PlaylistGate gate({});
  EXPECT_FALSE(pass(gate, live(100, 3)));
  EXPECT_FALSE(pass(gate, live(0, 2)));
  EXPECT_THAT(*pass(gate, live(0, 3)), HasSubstr("part2.ts"));
}

TEST(PlaylistGate, KeyAndInitSegmentHoldOn) {
  PlaylistGate gate({});
  const std::string head =
      "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:1\n#EXT-X-MAP:URI=\"init.mp4\"\n"
      "#EXT-X-KEY:METHOD=AES-128,URI=\"key\",IV=0x01\n#EXTINF:4,\na.m4s\n";
  EXPECT_FALSE(pass(gate, head));
  const auto text = pass(gate, head + "#EXTINF:4,\nb.m4s\n");
  EXPECT_THAT(*text, HasSubstr("#EXT-X-KEY:METHOD=AES-128,URI=\"http://h/key\",IV=0x01\n"));
  EXPECT_THAT(*text, HasSubstr("#EXT-X-MAP:URI=\"http://h/init.mp4\"\n"));
  EXPECT_THAT(*text, Not(HasSubstr("a.m4s")));
}

TEST(PlaylistGate, BestVariantWithItsSoundIsTaken) {
  PlaylistGate gate({});
  const auto text =
      pass(gate,
           "#EXTM3U\n"
           "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"x, y\",URI=\"a.m3u8\"\n"
           "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"b\",NAME=\"z\",URI=\"b.m3u8\"\n"
           "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"s\",NAME=\"z\",URI=\"s.m3u8\"\n"
           "#EXT-X-STREAM-INF:BANDWIDTH=100,AUDIO=\"b\"\nlow.m3u8\n"
           "#EXT-X-STREAM-INF:BANDWIDTH=900,CODECS=\"avc1.64001f,mp4a.40.2\",AUDIO=\"a\"\n"
           "high.m3u8\n"
           "#EXT-X-STREAM-INF:BANDWIDTH=2000,CODECS=\"av01.0\"\nnew.m3u8\n");
  EXPECT_THAT(*text, HasSubstr("http://h/high.m3u8"));
  EXPECT_THAT(*text, HasSubstr("URI=\"http://h/a.m3u8\""));
  EXPECT_THAT(*text, Not(HasSubstr("b.m3u8")));
  EXPECT_THAT(*text, Not(HasSubstr("s.m3u8")));
  EXPECT_THAT(*text, Not(HasSubstr("low")));
}

TEST(PlaylistGate, SecondRenditionBeginsWhereTheFirstDid) {
  PlaylistGate gate({});
  EXPECT_FALSE(pass(gate, live(10, 3), "video"));
  EXPECT_TRUE(pass(gate, live(11, 3), "video"));
  const auto text = pass(gate, live(11, 3), "audio");
  ASSERT_TRUE(text);
  EXPECT_THAT(*text, HasSubstr("#EXT-X-MEDIA-SEQUENCE:13\n"));
}

TEST(PlaylistGate, WhatIsNoPlaylistIsAnError) {
  PlaylistGate gate({});
  EXPECT_FALSE(gate.pass("a", "", resolve));
  EXPECT_FALSE(gate.pass("a", "<html>", resolve));
  EXPECT_FALSE(gate.pass("a", "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n", resolve));
}

TEST(PlaylistGate, ReferenceThatIsRefusedIsAnError) {
  PlaylistGate gate({.takes_first = true});
  const auto refuse = [](std::string_view) -> Result<std::string> {
    return fail(ErrorCode::kUnsupported, "no");
  };
  EXPECT_FALSE(gate.pass("a", live(0, 1), refuse));
}

TEST(PlaylistGate, HugeSequenceDoesNotWrap) {
  PlaylistGate gate({});
  const std::string text =
      "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:18446744073709551615\n#EXTINF:4,\na.ts\n#EXTINF:4,\nb.ts\n";
  EXPECT_FALSE(pass(gate, text));
}

TEST(PlaylistGate, WhatHasEndedBeforeItIsReadIsARecording) {
  PlaylistGate ended({});
  EXPECT_TRUE(pass(ended, live(1, 3) + "#EXT-X-ENDLIST\n"));
  EXPECT_TRUE(ended.is_recording());

  PlaylistGate ends({});
  EXPECT_FALSE(pass(ends, live(1, 3)));
  EXPECT_TRUE(pass(ends, live(2, 3) + "#EXT-X-ENDLIST\n"));
  EXPECT_FALSE(ends.is_recording());
}

}  // namespace
}  // namespace flu::manifest
