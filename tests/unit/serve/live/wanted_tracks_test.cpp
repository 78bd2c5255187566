#include "tools/serve/live/wanted_tracks.h"

#include <gtest/gtest.h>

namespace flu::serve {
namespace {

media::Tracks video_and_two_audio() {
  media::Track video;
  video.id = 4;
  video.kind = media::TrackKind::kVideo;
  media::Track audio;
  audio.kind = media::TrackKind::kAudio;
  audio.id = 5;
  media::Track other = audio;
  other.id = 9;
  return {video, audio, other};
}

WantedTracks wanted(const char* choice, const char* filter = nullptr) {
  WantedTracks out;
  out.choice = *manifest::parse_track_choice(choice);
  if (filter != nullptr) out.filter = *manifest::parse_track_choice(filter);
  return out;
}

TEST(WantedTracks, AllUnlessAsked) {
  EXPECT_EQ(WantedTracks().of(video_and_two_audio()).size(), 3U);
  EXPECT_TRUE(WantedTracks().check(video_and_two_audio()));
}

TEST(WantedTracks, ThoseThatChoiceAndFilterHave) {
  const auto tracks = wanted("v1a2", "a1a2").of(video_and_two_audio());
  ASSERT_EQ(tracks.size(), 1U);
  EXPECT_EQ(tracks[0].id, 9U);
}

TEST(WantedTracks, SaysWhatIsMissing) {
  const auto checked = wanted("v1a1", "v1a3").check(video_and_two_audio());
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(checked.error().message, "The stream has no track a3; it has v1a1a2.");
}

TEST(WantedTracks, NothingLeftIsAnError) {
  EXPECT_FALSE(wanted("v1", "a1").check(video_and_two_audio()));
  EXPECT_TRUE(wanted("v1", "a1").of(video_and_two_audio()).empty());
}

TEST(WantedTracks, KeysTellThemApart) {
  EXPECT_NE(wanted("v1a1").key(), wanted("v1", "a1").key());
  EXPECT_EQ(wanted("v1a1").key(), wanted("v1a1").key());
}

}  // namespace
}  // namespace flu::serve
