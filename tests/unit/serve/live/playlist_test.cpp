#include "tools/serve/live/playlist.h"

#include <array>

#include <gtest/gtest.h>

namespace flu::serve {
namespace {

using manifest::TrackChoice;
using segment::IndexRecord;

constexpr std::int64_t kStart = 158'741'550'000'000;  // 2025-11-22T07:03:20Z

media::Tracks video_and_audio() {
  media::Track video;
  video.id = 1;
  media::Track audio;
  audio.id = 2;
  audio.kind = media::TrackKind::kAudio;
  audio.codec = media::CodecId::kAac;
  return {video, audio};
}

IndexRecord record(std::uint32_t seq) {
  IndexRecord out;
  out.sap = 1;
  out.seq = seq;
  out.disc_seq = 5;
  out.start = media::Timestamp(kStart + std::int64_t{seq} * 360'000);
  out.duration = 360'000;
  return out;
}

store::WindowSnapshot window(std::vector<IndexRecord> segments) {
  store::WindowSnapshot out;
  out.target_duration = 4;
  out.playlist_segments = 3;
  out.segments = std::move(segments);
  return out;
}

media::Tracks with_teletext() {
  media::Tracks tracks = video_and_audio();
  tracks.emplace_back();
  tracks[2].id = 3;
  tracks[2].kind = media::TrackKind::kSubtitle;
  tracks[2].codec = media::CodecId::kTeletext;
  return tracks;
}

media::Tracks with_three_of_audio() {
  media::Tracks tracks = video_and_audio();
  for (const std::uint32_t id : {3U, 4U}) {
    tracks.push_back(tracks[1]);
    tracks.back().id = id;
  }
  tracks[1].codec = media::CodecId::kMp2;
  return tracks;
}

// By init_hash: video and audio, audio alone, with teletext, with three of audio.
const media::Tracks* tracks_of(const IndexRecord& candidate) {
  static const std::array<media::Tracks, 4> sets{
      video_and_audio(), {video_and_audio()[1]}, with_teletext(), with_three_of_audio()};
  return &sets.at(candidate.init_hash);
}

Result<manifest::MediaPlaylist> playlist(const store::WindowSnapshot& of,
                                         const TrackChoice& choice = TrackChoice::all(),
                                         std::string_view base = "", Format format = Format::kTs) {
  Route route;
  route.choice = choice;
  route.segment_base = base;
  route.format = format;
  return make_playlist(of, tracks_of, nullptr, route);
}

Result<manifest::MediaPlaylist> fmp4_playlist(const store::WindowSnapshot& of,
                                              std::string_view choice = "") {
  return playlist(of, choice.empty() ? TrackChoice::all() : *manifest::parse_track_choice(choice),
                  "", Format::kFmp4);
}

TEST(LivePlaylist, TheNewestSegments) {
  const auto out = playlist(window({record(1), record(2), record(3), record(4)}));
  ASSERT_TRUE(out);
  EXPECT_EQ(out->target_duration, 4U);
  EXPECT_EQ(out->media_sequence, 2U);
  EXPECT_EQ(out->discontinuity_sequence, 5U);
  EXPECT_TRUE(out->is_independent);
  ASSERT_EQ(out->segments.size(), 3U);
  EXPECT_EQ(out->segments[0].uri, "tracks-v1a1/2025/11/22/07/03/28000-04000.ts");
}

TEST(LivePlaylist, NoneWithoutSegments) {
  EXPECT_FALSE(playlist(window({})));
}

// RFC 8216 4.3.3.3: the sequence number is raised when the tag goes, not before.
TEST(LivePlaylist, DiscontinuitiesAreCountedWhenTheirTagGoes) {
  std::vector<IndexRecord> records{record(1), record(2), record(3), record(4), record(5)};
  for (std::size_t i = 2; i < records.size(); ++i) records[i].disc_seq = 6;
  records[2].flags = segment::kDiscont;
  auto before = window({records[0], records[1], records[2]});
  EXPECT_EQ(playlist(before)->discontinuity_sequence, 5U);
  EXPECT_TRUE(playlist(before)->segments[2].is_discontinuity);
  auto first = window({records[2], records[3]});
  EXPECT_EQ(playlist(first)->discontinuity_sequence, 5U);
  EXPECT_TRUE(playlist(first)->segments[0].is_discontinuity);
  auto after = window({records[3], records[4]});
  EXPECT_EQ(playlist(after)->discontinuity_sequence, 6U);
  EXPECT_FALSE(playlist(after)->segments[0].is_discontinuity);
}

TEST(LivePlaylist, BeginsBehindAHole) {
  const auto out = playlist(window({record(1), record(3), record(4)}));
  ASSERT_TRUE(out);
  EXPECT_EQ(out->media_sequence, 3U);
  EXPECT_EQ(out->segments.size(), 2U);
}

TEST(LivePlaylist, IndependentOnlyWhileAllAreClosed) {
  auto of = window({record(1), record(2)});
  of.segments[1].sap = 3;
  EXPECT_FALSE(playlist(of)->is_independent);
}

TEST(LivePlaylist, ChosenTracks) {
  const auto of = window({record(1)});
  EXPECT_EQ(playlist(of, *manifest::parse_track_choice("a1"), "../")->segments[0].uri,
            "../tracks-a1/2025/11/22/07/03/24000-04000.ts");
  EXPECT_EQ(playlist(of, *manifest::parse_track_choice("1,2"))->segments[0].uri,
            "tracks-v1a1/2025/11/22/07/03/24000-04000.ts");
  EXPECT_FALSE(playlist(of, *manifest::parse_track_choice("v2")));
}

TEST(LivePlaylist, BeginsBehindASegmentWithoutTheTracks) {
  auto of = window({record(1), record(2), record(3)});
  of.segments[1].init_hash = 1;  // audio alone
  const auto video = playlist(of, *manifest::parse_track_choice("v1"));
  ASSERT_TRUE(video);
  EXPECT_EQ(video->media_sequence, 3U);
  const auto all = playlist(of);
  ASSERT_EQ(all->segments.size(), 3U);
  EXPECT_EQ(all->segments[1].uri, "tracks-a1/2025/11/22/07/03/28000-04000.ts");
}

TEST(LivePlaylist, AudioAloneIsAlwaysIndependent) {
  auto of = window({record(1), record(2)});
  of.segments[1].sap = 3;
  EXPECT_TRUE(playlist(of, *manifest::parse_track_choice("a1"))->is_independent);
}

TEST(LivePlaylist, SaysWhichTrackIsMissing) {
  const auto out = playlist(window({record(1)}), *manifest::parse_track_choice("v1a7"));
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(out.error().message, "The stream has no track a7; it has v1a1.");
}

// Who watches a track that another source has not goes on with the rest.
TEST(LivePlaylist, ATrackMayGo) {
  auto of = window({record(1), record(2)});
  of.segments[1].init_hash = 1;
  const auto out = playlist(of, *manifest::parse_track_choice("v1a1"));
  ASSERT_TRUE(out);
  ASSERT_EQ(out->segments.size(), 2U);
  EXPECT_EQ(out->segments[1].uri, "tracks-a1/2025/11/22/07/03/28000-04000.ts");
}

TEST(LivePlaylist, FragmentedMp4HasAnInitForEachConfiguration) {
  auto of = window({record(1), record(2), record(3)});
  of.segments[2].init_hash = 1;
  of.segments[2].flags = segment::kDiscont;
  const auto out = fmp4_playlist(of);
  ASSERT_TRUE(out) << out.error().message;
  ASSERT_EQ(out->segments.size(), 3U);
  EXPECT_EQ(out->segments[0].uri, "tracks-v1a1/2025/11/22/07/03/24000-04000.m4s");
  EXPECT_TRUE(out->segments[0].map.starts_with("tracks-v1a1/init-")) << out->segments[0].map;
  EXPECT_EQ(out->segments[0].map, out->segments[1].map);
  EXPECT_TRUE(out->segments[2].map.starts_with("tracks-a1/init-")) << out->segments[2].map;
  EXPECT_TRUE(parse_route("/cam/" + out->segments[0].map));
  EXPECT_TRUE(parse_route("/cam/" + out->segments[0].uri));
}

// The video of another source changes: audio alone goes on with the same init.
TEST(LivePlaylist, AnInitIsNamedByWhatItHolds) {
  auto of = window({record(1), record(2)});
  of.segments[1].init_hash = 2;  // with teletext, which is left out
  const auto out = fmp4_playlist(of);
  ASSERT_TRUE(out) << out.error().message;
  EXPECT_EQ(out->segments[0].map, out->segments[1].map);
  EXPECT_EQ(out->segments[1].uri, "tracks-v1a1/2025/11/22/07/03/28000-04000.m4s");
}

TEST(LivePlaylist, OneOfAKindIsTheFirstThatCanBePlayed) {
  auto of = window({record(1)});
  of.segments[0].init_hash = 3;
  const auto one = playlist(of, TrackChoice::one_of_kind(), "", Format::kFmp4);
  EXPECT_EQ(one->segments[0].uri, "tracks-v1a2/2025/11/22/07/03/24000-04000.m4s");
  EXPECT_EQ(fmp4_playlist(of)->segments[0].uri, "tracks-v1a2a3/2025/11/22/07/03/24000-04000.m4s");
}

TEST(LivePlaylist, WhatPlayersCannotReadIsRefusedInWords) {
  auto of = window({record(1)});
  of.segments[0].init_hash = 2;
  const auto out = fmp4_playlist(of, "t1");
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().code, ErrorCode::kUnsupported);
  EXPECT_NE(out.error().message.find("dvb_teletext"), std::string::npos) << out.error().message;
  EXPECT_EQ(fmp4_playlist(of, "v1t1")->segments[0].uri,
            "tracks-v1/2025/11/22/07/03/24000-04000.m4s");
}

}  // namespace
}  // namespace flu::serve
