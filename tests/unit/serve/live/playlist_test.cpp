#include "tools/serve/live/playlist.h"

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
  out.target_duration = 5;
  out.playlist_segments = 3;
  out.segments = std::move(segments);
  return out;
}

std::optional<manifest::MediaPlaylist> playlist(const store::WindowSnapshot& of,
                                                const TrackChoice& choice = TrackChoice::all(),
                                                std::string_view base = "") {
  static const media::Tracks tracks = video_and_audio();
  static const media::Tracks audio_only{tracks[1]};
  return make_playlist(
      of,
      [](const IndexRecord& candidate) { return candidate.init_hash == 0 ? &tracks : &audio_only; },
      choice, base);
}

TEST(LivePlaylist, TheNewestSegments) {
  const auto out = playlist(window({record(1), record(2), record(3), record(4)}));
  ASSERT_TRUE(out);
  EXPECT_EQ(out->target_duration, 5U);
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

}  // namespace
}  // namespace flu::serve
