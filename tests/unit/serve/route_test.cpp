#include "tools/serve/route.h"

#include <gtest/gtest.h>

namespace flu::serve {
namespace {

using manifest::TrackChoice;

TEST(Route, Playlists) {
  for (const char* path : {"/cam/index.m3u8", "/cam/mono.m3u8", "/cam/playlist.m3u8"}) {
    const auto route = parse_route(path);
    ASSERT_TRUE(route) << path;
    EXPECT_EQ(route->kind, Route::Kind::kPlaylist);
    EXPECT_EQ(route->stream, "cam");
    EXPECT_EQ(route->choice, TrackChoice::all());
    EXPECT_EQ(route->segment_base, "");
  }
  EXPECT_EQ(parse_route("/cam/video2.m3u8")->choice, TrackChoice::video_with_audio(2));
}

TEST(Route, ThePreviewIsTheStreams) {
  const auto route = parse_route("/a/cam/preview.mp4");
  ASSERT_TRUE(route);
  EXPECT_EQ(route->kind, Route::Kind::kStill);
  EXPECT_EQ(route->stream, "a/cam");
  EXPECT_EQ(parse_route("/a/cam/preview.jpg")->kind, Route::Kind::kJpeg);
  EXPECT_EQ(parse_route("/a/cam/preview.mjpeg")->kind, Route::Kind::kMjpeg);
  EXPECT_EQ(parse_route("/a/cam/preview.mjpeg")->stream, "a/cam");
  EXPECT_EQ(parse_route("/a/cam/logo")->kind, Route::Kind::kLogo);
  EXPECT_FALSE(parse_route("/preview.jpg"));
  EXPECT_FALSE(parse_route("/preview.mp4"));
  EXPECT_FALSE(parse_route("/a/cam/preview.mp4/"));
}

TEST(Route, ListsOfVariants) {
  EXPECT_EQ(parse_route("/cam/index.m3u8")->list, List::kIndex);
  EXPECT_EQ(parse_route("/cam/playlist.m3u8")->list, List::kIndex);
  EXPECT_EQ(parse_route("/cam/index.fmp4.m3u8")->list, List::kIndex);
  EXPECT_EQ(parse_route("/cam/video.m3u8")->list, List::kVideos);
  EXPECT_EQ(parse_route("/cam/video.fmp4.m3u8")->list, List::kVideos);
  for (const char* path : {"/cam/mono.m3u8", "/cam/video1.m3u8", "/cam/tracks-v1/index.m3u8",
                           "/cam/tracks-v1/mono.fmp4.m3u8"}) {
    EXPECT_EQ(parse_route(path)->list, List::kSegments) << path;
  }
}

TEST(Route, QueriesFilterTracksAndAreCarried) {
  Route route;
  EXPECT_TRUE(take_query("token=x&filter.tracks=v1a2&_HLS_msn=1", route));
  EXPECT_EQ(route.filter, *manifest::parse_track_choice("v1a2"));
  EXPECT_EQ(route.query, "token=x");
  Route plain;
  EXPECT_TRUE(take_query("", plain));
  EXPECT_EQ(plain, Route{});
  EXPECT_FALSE(take_query("filter.tracks=x9", plain));
  EXPECT_FALSE(take_query("filter.tracks=", plain));
  EXPECT_TRUE(take_query("t=" + std::string(2000, 'a'), plain));
  EXPECT_FALSE(take_query("t=" + std::string(2048, 'a'), plain));
}

TEST(Route, Mpds) {
  const auto route = parse_route("/a/b/index.mpd");
  ASSERT_TRUE(route);
  EXPECT_EQ(route->kind, Route::Kind::kMpd);
  EXPECT_EQ(route->stream, "a/b");
  EXPECT_EQ(route->rewind, 0U);
  EXPECT_EQ(parse_route("/cam/rewind-7200.mpd")->rewind, 7200U);
  const auto chosen = parse_route("/cam/tracks-v1/index.mpd");
  ASSERT_TRUE(chosen);
  EXPECT_EQ(chosen->stream, "cam");
  EXPECT_EQ(chosen->segment_base, "../");
  for (const char* path : {"/cam/other.mpd", "/cam/rewind-.mpd", "/cam/rewind-0.mpd",
                           "/cam/rewind-99999999.mpd", "/index.mpd"}) {
    EXPECT_FALSE(parse_route(path)) << path;
  }
  EXPECT_EQ(parse_route("/flu/time")->kind, Route::Kind::kTime);
}

TEST(Route, SegmentsOfAnMpdAreNamedByTheirTime) {
  const auto route = parse_route("/a/b/tracks-v1/158741550000000.m4s");
  ASSERT_TRUE(route);
  EXPECT_EQ(route->kind, Route::Kind::kSegment);
  EXPECT_EQ(route->stream, "a/b");
  EXPECT_EQ(route->media_time, media::Timestamp{158'741'550'000'000});
  EXPECT_FALSE(parse_route("/cam/tracks-v1/2026/11/22/07/10/05123-04000.m4s")->media_time);
  for (const char* path : {"/cam/tracks-v1/0158741550000000.m4s", "/cam/158741550000000.m4s",
                           "/cam/tracks-v1/99999999999999999999.m4s", "/cam/tracks-v1/.m4s",
                           "/cam/tracks-v1/158741550000000.ts"}) {
    EXPECT_FALSE(parse_route(path)) << path;
  }
}

TEST(Route, ChosenTracks) {
  const auto route = parse_route("/cam/tracks-v1a2/index.m3u8");
  ASSERT_TRUE(route);
  EXPECT_EQ(route->stream, "cam");
  EXPECT_EQ(route->choice, *manifest::parse_track_choice("v1a2"));
  EXPECT_EQ(route->segment_base, "../");
  EXPECT_TRUE(parse_route("/cam/tracks-1,2/mono.m3u8"));
}

TEST(Route, Segments) {
  const auto route = parse_route("/a/b/tracks-v1a1/2026/11/22/07/10/05123-04000.ts");
  ASSERT_TRUE(route);
  EXPECT_EQ(route->kind, Route::Kind::kSegment);
  EXPECT_EQ(route->stream, "a/b");
  EXPECT_EQ(route->time, (manifest::SegmentTime{1'795'331'405'123, 4000, true}));
  EXPECT_FALSE(parse_route("/a/b/tracks-v1a1/2026/11/22/07/10/05-04000.ts")->time.has_ms);
}

TEST(Route, FragmentedMp4) {
  for (const char* path : {"/cam/index.fmp4.m3u8", "/cam/mono.fmp4.m3u8", "/cam/video1.fmp4.m3u8",
                           "/cam/tracks-v1a2/index.fmp4.m3u8", "/cam/tracks-a1/mono.fmp4.m3u8"}) {
    const auto route = parse_route(path);
    ASSERT_TRUE(route) << path;
    EXPECT_EQ(route->kind, Route::Kind::kPlaylist);
    EXPECT_EQ(route->format, Format::kFmp4);
    EXPECT_EQ(route->stream, "cam");
  }
  // Browsers refuse two audio tracks in one file.
  EXPECT_EQ(parse_route("/cam/index.fmp4.m3u8")->choice, TrackChoice::one_of_kind());
  EXPECT_EQ(parse_route("/cam/mono.fmp4.m3u8")->choice, TrackChoice::all());
  EXPECT_EQ(parse_route("/cam/index.ts.m3u8"), parse_route("/cam/index.m3u8"));
  const auto segment = parse_route("/a/b/tracks-v1/2026/11/22/07/10/05123-04000.m4s");
  ASSERT_TRUE(segment);
  EXPECT_EQ(segment->kind, Route::Kind::kSegment);
  EXPECT_EQ(segment->format, Format::kFmp4);
  EXPECT_EQ(segment->stream, "a/b");
  const auto init = parse_route("/a/b/tracks-v1a1/init-0123456789abcdef.mp4");
  ASSERT_TRUE(init);
  EXPECT_EQ(init->kind, Route::Kind::kInit);
  EXPECT_EQ(init->stream, "a/b");
  EXPECT_EQ(init->init_hash, 0x0123456789ABCDEFU);
  EXPECT_EQ(init->choice, *manifest::parse_track_choice("v1a1"));
}

TEST(Route, ThePlayer) {
  const auto page = parse_route("/a/b/embed.html");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->kind, Route::Kind::kEmbed);
  EXPECT_EQ(page->stream, "a/b");
  const auto asset = parse_route("/flu/assets/0123/player.js");
  ASSERT_TRUE(asset);
  EXPECT_EQ(asset->kind, Route::Kind::kAsset);
  EXPECT_EQ(asset->asset, "0123/player.js");
  EXPECT_EQ(parse_route("/flu/assets/FlussonicMsePlayer.js")->asset, "-/FlussonicMsePlayer.js");
  EXPECT_EQ(parse_route("/flu/embed.html")->stream, "flu");
}

TEST(Route, LowLatencyAndItsReports) {
  const auto socket = parse_route("/a/b/mse_ld");
  ASSERT_TRUE(socket);
  EXPECT_EQ(socket->kind, Route::Kind::kMseLd);
  EXPECT_EQ(socket->stream, "a/b");
  const auto report = parse_route("/a/b/sessions/01ab-cdef");
  ASSERT_TRUE(report);
  EXPECT_EQ(report->kind, Route::Kind::kReport);
  EXPECT_EQ(report->stream, "a/b");
  EXPECT_FALSE(parse_route("/a/b/sessions/not-one"));
  EXPECT_FALSE(parse_route("/sessions/01ab"));
}

TEST(Route, NamesMayHoldSlashesAndOurWords) {
  EXPECT_EQ(parse_route("/a/b/c/mpegts")->stream, "a/b/c");
  EXPECT_EQ(parse_route("/mpegts/mpegts")->stream, "mpegts");
  const auto chosen = parse_route("/a/b/tracks-v1a2/mpegts");
  EXPECT_EQ(chosen->stream, "a/b");
  EXPECT_EQ(chosen->choice, manifest::parse_track_choice("v1a2"));
  EXPECT_EQ(parse_route("/a/tracks-x/mpegts")->stream, "a/tracks-x");
  EXPECT_EQ(parse_route("/index.m3u8/index.m3u8")->stream, "index.m3u8");
  EXPECT_EQ(parse_route("/tracks-x/index.m3u8")->stream, "tracks-x");
  EXPECT_EQ(parse_route("/tracks-v1/index.m3u8")->stream, "tracks-v1");
}

TEST(Route, WhatIsNotOurs) {
  for (const char* path : {"",
                           "*",
                           "//",
                           "/mpegts",
                           "/index.m3u8",
                           "/cam",
                           "/cam/",
                           "/cam/x.m3u8",
                           "/cam/index.M3U8",
                           "//mpegts",
                           "/a//mpegts",
                           "/.a/mpegts",
                           "/a/../mpegts",
                           "/a b/mpegts",
                           "/a+b/mpegts",
                           "/cam/video0.m3u8",
                           "/cam/video64.m3u8",
                           "/cam/tracks-v1/playlist.m3u8",
                           "/tracks-v1a1/2026/11/22/07/10/05123-04000.ts",
                           "/cam/2026/11/22/07/10/05123-04000.ts",
                           "/cam/tracks-v1a1/2026/11/22/07/10/05123-04000",
                           "/cam/tracks-v1a1/x.ts",
                           "/cam/tracks-q1/2026/11/22/07/10/05123-04000.ts",
                           "/cam/index.fmp4",
                           "/cam/index.fmp4.fmp4.m3u8",
                           "/cam/index.ts.fmp4.m3u8",
                           "/cam/init-0123456789abcdef.mp4",
                           "/cam/tracks-v1/init-0123456789ABCDEF.mp4",
                           "/cam/tracks-v1/init-0123.mp4",
                           "/cam/2026/11/22/07/10/05123-04000.m4s",
                           "/embed.html",
                           "/flu/assets/",
                           "/flu/assets/player.js",
                           "/flu/assets//player.js",
                           "/flu/assets/1/",
                           "/flu/assets/1/2/3",
                           "/x.ts"}) {
    EXPECT_FALSE(parse_route(path)) << path;
  }
  EXPECT_FALSE(parse_route("/" + std::string(201, 'a') + "/mpegts"));
}

TEST(Route, TheIndex) {
  ASSERT_TRUE(parse_route("/"));
  EXPECT_EQ(parse_route("/")->kind, Route::Kind::kIndex);
}

TEST(Route, LowLatencyPlaylistsHaveDirectives) {
  auto route = parse_route("/cam/index.ll.m3u8");
  ASSERT_TRUE(route);
  EXPECT_TRUE(route->is_low_latency);
  EXPECT_EQ(route->format, Format::kFmp4);
  ASSERT_TRUE(take_query("_HLS_msn=12&token=x&_HLS_part=3&_HLS_skip=YES", *route));
  EXPECT_EQ(route->directives, (manifest::Directives{12, 3, true}));
  EXPECT_EQ(route->query, "token=x");
  EXPECT_FALSE(take_query("_HLS_part=3", *route));
  auto other = parse_route("/cam/index.fmp4.m3u8");
  ASSERT_TRUE(take_query("_HLS_msn=x", *other));
  EXPECT_EQ(other->directives, manifest::Directives{});
}

TEST(Route, AMovieIsOfARange) {
  auto route = parse_route("/a/b/tracks-v1/archive-1700000000-60.mp4");
  ASSERT_TRUE(route);
  EXPECT_EQ(route->kind, Route::Kind::kMovie);
  EXPECT_EQ(route->stream, "a/b");
  EXPECT_EQ(route->archive->from, 1'700'000'000U);
  EXPECT_EQ(route->archive->seconds, 60U);
  ASSERT_TRUE(take_query("precise=true&timelapse", *route));
  EXPECT_TRUE(route->is_precise);
  EXPECT_EQ(route->timelapse, 0U);
  ASSERT_TRUE(take_query("timelapse=20&token=x", *route));
  EXPECT_EQ(route->timelapse, 20U);
  EXPECT_FALSE(route->is_precise);
  EXPECT_FALSE(take_query("timelapse=-1", *route));
  EXPECT_FALSE(take_query("timelapse=86401", *route));
  for (const char* path : {"/cam/archive-1700000000-now.mp4", "/cam/index-1700000000-60.mp4",
                           "/cam/archive-1700000000.mp4", "/archive-1700000000-60.mp4"}) {
    EXPECT_FALSE(parse_route(path)) << path;
  }
}

TEST(Route, PartsAreNamedByTheTimeOfTheirSegment) {
  const auto route = parse_route("/a/b/tracks-v1a1/2026/11/22/07/10/05123-p3.m4s");
  ASSERT_TRUE(route);
  EXPECT_EQ(route->kind, Route::Kind::kPart);
  EXPECT_EQ(route->stream, "a/b");
  EXPECT_EQ(route->part.index, 3U);
  EXPECT_FALSE(parse_route("/a/tracks-v1a1/2026/11/22/07/10/05123-p3.ts"));
}

}  // namespace
}  // namespace flu::serve
