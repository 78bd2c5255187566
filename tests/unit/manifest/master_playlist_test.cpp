#include "libcommon/manifest/master_playlist.h"

#include <gtest/gtest.h>

namespace flu::manifest {
namespace {

TEST(MasterPlaylist, VariantsWithTheirRenditions) {
  MasterPlaylist playlist;
  playlist.audio.push_back({"audio", "English", "en", "", 2, true, true, "tracks-a1/mono.m3u8"});
  playlist.audio.push_back({"audio", "English (audio description)", "en",
                            "public.accessibility.describes-video", 1, false, true,
                            "tracks-a2/mono.m3u8"});
  playlist.audio.push_back({"audio", "Audio", "", "", 0, false, false, "tracks-a3/mono.m3u8"});
  playlist.variants.push_back({"tracks-v1/mono.m3u8", 3'000'000, 2'500'000, "avc1.64001f,mp4a.40.2",
                               1280, 720, 30'000.0 / 1001, "audio", ""});
  playlist.variants.push_back({"tracks-a1/mono.m3u8", 130'000, 0, "", 0, 0, 0, "", ""});
  EXPECT_EQ(write_master_playlist(playlist),
            "#EXTM3U\n"
            "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\",NAME=\"English\",LANGUAGE=\"en\","
            "DEFAULT=YES,AUTOSELECT=YES,CHANNELS=\"2\",URI=\"tracks-a1/mono.m3u8\"\n"
            "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\",NAME=\"English (audio description)\","
            "LANGUAGE=\"en\",DEFAULT=NO,AUTOSELECT=YES,"
            "CHARACTERISTICS=\"public.accessibility.describes-video\",CHANNELS=\"1\","
            "URI=\"tracks-a2/mono.m3u8\"\n"
            "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\",NAME=\"Audio\",DEFAULT=NO,AUTOSELECT=NO,"
            "URI=\"tracks-a3/mono.m3u8\"\n"
            "#EXT-X-STREAM-INF:BANDWIDTH=3000000,AVERAGE-BANDWIDTH=2500000,"
            "CODECS=\"avc1.64001f,mp4a.40.2\",RESOLUTION=1280x720,FRAME-RATE=29.970,"
            "AUDIO=\"audio\"\ntracks-v1/mono.m3u8\n"
            "#EXT-X-STREAM-INF:BANDWIDTH=130000\ntracks-a1/mono.m3u8\n");
}

TEST(MasterPlaylist, WritesSubtitles) {
  MasterPlaylist playlist;
  playlist.subtitles.push_back(
      {"subs", "English", "en", "", 0, true, true, "tracks-t1/mono.vtt.m3u8"});
  playlist.variants.push_back({"tracks-v1a1/mono.m3u8", 130'000, 0, "", 0, 0, 0, "", "subs"});
  EXPECT_EQ(write_master_playlist(playlist),
            "#EXTM3U\n"
            "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"subs\",NAME=\"English\",LANGUAGE=\"en\","
            "DEFAULT=YES,AUTOSELECT=YES,FORCED=NO,URI=\"tracks-t1/mono.vtt.m3u8\"\n"
            "#EXT-X-STREAM-INF:BANDWIDTH=130000,SUBTITLES=\"subs\"\ntracks-v1a1/mono.m3u8\n");
}

}  // namespace
}  // namespace flu::manifest
