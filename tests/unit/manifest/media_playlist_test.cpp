#include "libcommon/manifest/media_playlist.h"

#include <gtest/gtest.h>

namespace flu::manifest {
namespace {

using media::Ticks;

constexpr Ticks kStart{158'741'550'000'000 + 11'070};  // 2025-11-22T07:03:20.123Z

TEST(MediaPlaylist, Golden) {
  MediaPlaylist playlist;
  playlist.target_duration = 5;
  playlist.media_sequence = 1'763'795'000;
  playlist.discontinuity_sequence = 7;
  playlist.is_independent = true;
  playlist.segments = {
      {"tracks-v1a1/2025/11/22/07/03/20123-04000.ts", "", kStart, Ticks(360'000), false},
      {"tracks-v1a1/2025/11/22/07/03/24123-03967.ts", "", kStart + Ticks(360'000), Ticks(357'000),
       true}};
  EXPECT_EQ(write_media_playlist(playlist),
            "#EXTM3U\n"
            "#EXT-X-VERSION:3\n"
            "#EXT-X-INDEPENDENT-SEGMENTS\n"
            "#EXT-X-TARGETDURATION:5\n"
            "#EXT-X-MEDIA-SEQUENCE:1763795000\n"
            "#EXT-X-DISCONTINUITY-SEQUENCE:7\n"
            "#EXT-X-PROGRAM-DATE-TIME:2025-11-22T07:03:20.123Z\n"
            "#EXTINF:4.000000,\n"
            "tracks-v1a1/2025/11/22/07/03/20123-04000.ts\n"
            "#EXT-X-DISCONTINUITY\n"
            "#EXT-X-PROGRAM-DATE-TIME:2025-11-22T07:03:24.123Z\n"
            "#EXTINF:3.966667,\n"
            "tracks-v1a1/2025/11/22/07/03/24123-03967.ts\n");
}

TEST(MediaPlaylist, WhatHasATypeAndAnEndSaysSo) {
  MediaPlaylist playlist;
  playlist.segments = {{"a.ts", "", kStart, Ticks(360'000), false}};
  EXPECT_EQ(write_media_playlist(playlist).find("#EXT-X-PLAYLIST-TYPE"), std::string::npos);
  EXPECT_EQ(write_media_playlist(playlist).find("#EXT-X-ENDLIST"), std::string::npos);
  playlist.type = MediaPlaylist::Type::kEvent;
  EXPECT_NE(write_media_playlist(playlist).find("\n#EXT-X-PLAYLIST-TYPE:EVENT\n"),
            std::string::npos);
  playlist.type = MediaPlaylist::Type::kVod;
  playlist.has_end = true;
  const std::string text = write_media_playlist(playlist);
  EXPECT_NE(text.find("\n#EXT-X-PLAYLIST-TYPE:VOD\n"), std::string::npos);
  EXPECT_TRUE(text.ends_with("\na.ts\n#EXT-X-ENDLIST\n"));
}

TEST(MediaPlaylist, NoSegmentIsLongerThanTheTargetDuration) {
  MediaPlaylist playlist;
  playlist.target_duration = 5;
  playlist.segments = {{"a.ts", "", kStart, Ticks(5 * 90'000 + 44'999), false}};
  EXPECT_NE(write_media_playlist(playlist).find("TARGETDURATION:5\n"), std::string::npos);
  playlist.segments[0].duration = Ticks(5 * 90'000 + 45'000);
  EXPECT_NE(write_media_playlist(playlist).find("TARGETDURATION:6\n"), std::string::npos);
}

TEST(MediaPlaylist, FragmentedMp4NamesItsInits) {
  MediaPlaylist playlist;
  playlist.target_duration = 4;
  playlist.segments = {{"1.m4s", "a.mp4", kStart, Ticks(360'000), false},
                       {"2.m4s", "a.mp4", kStart + Ticks(360'000), Ticks(360'000), false},
                       {"3.m4s", "b.mp4", kStart + Ticks(720'000), Ticks(360'000), true},
                       {"4.m4s", "b.mp4", kStart + Ticks(1'080'000), Ticks(360'000), false}};
  const std::string text = write_media_playlist(playlist);
  EXPECT_NE(text.find("#EXT-X-VERSION:6\n"), std::string::npos);
  EXPECT_NE(text.find("#EXT-X-MAP:URI=\"a.mp4\"\n#EXT-X-PROGRAM-DATE-TIME:"), std::string::npos);
  EXPECT_NE(text.find("#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI=\"b.mp4\"\n"), std::string::npos);
  std::size_t maps = 0;
  for (auto at = text.find("EXT-X-MAP"); at != std::string::npos;
       at = text.find("EXT-X-MAP", at + 1)) {
    ++maps;
  }
  EXPECT_EQ(maps, 2U);
}

TEST(MediaPlaylist, IndependenceIsOnlyClaimedWhenTrue) {
  EXPECT_EQ(write_media_playlist({}).find("INDEPENDENT"), std::string::npos);
}

TEST(MediaPlaylist, DateTimeIsRoundedDown) {
  EXPECT_EQ(write_date_time(Ticks(158'741'550'000'000 + 89)), "2025-11-22T07:03:20.000Z");
  EXPECT_EQ(write_date_time(Ticks(158'741'550'000'000 - 1)), "2025-11-22T07:03:19.999Z");
}

TEST(MediaPlaylist, BreaksOfAdvertisements) {
  MediaPlaylist playlist;
  playlist.target_duration = 4;
  const media::Timestamp start(std::int64_t{1'795'331'405} * 90'000);
  playlist.segments.push_back({"a.ts", "", start, media::Ticks(360'000), false});
  playlist.date_ranges.push_back(
      {"splice-1-2", start, media::Ticks(2'700'000), "SCTE35-OUT", {0xFC, 0x30, 0x0A}});
  playlist.date_ranges.push_back({"splice-2-3", start, media::Ticks(0), "SCTE35-IN", {0xFC}});
  const std::string text = write_media_playlist(playlist);
  EXPECT_NE(text.find("#EXT-X-DATERANGE:ID=\"splice-1-2\",START-DATE=\"2026-11-22T07:10:05.000Z\","
                      "PLANNED-DURATION=30.000000,SCTE35-OUT=0xFC300A\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("#EXT-X-DATERANGE:ID=\"splice-2-3\",START-DATE=\"2026-11-22T07:10:05.000Z\","
                      "SCTE35-IN=0xFC\n"),
            std::string::npos)
      << text;
}

}  // namespace
}  // namespace flu::manifest
