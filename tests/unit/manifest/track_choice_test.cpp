#include "libcommon/manifest/track_choice.h"

#include <string>

#include <gtest/gtest.h>

namespace flu::manifest {
namespace {

media::Track track(std::uint32_t id, media::TrackKind kind) {
  media::Track out;
  out.id = id;
  out.kind = kind;
  return out;
}

const media::Tracks& broadcast() {
  static const media::Tracks tracks{
      track(1, media::TrackKind::kVideo), track(2, media::TrackKind::kAudio),
      track(5, media::TrackKind::kAudio), track(3, media::TrackKind::kSubtitle)};
  return tracks;
}

std::string names(const TrackChoice& choice) {
  return write_track_names(broadcast(), select_tracks(broadcast(), choice));
}

std::string names(std::string_view text) {
  const auto choice = parse_track_choice(text);
  return choice ? names(*choice) : "refused";
}

TEST(TrackChoice, CountsWithinAKind) {
  EXPECT_EQ(names("v1a1"), "v1a1");
  EXPECT_EQ(names("a2"), "a2");
  EXPECT_EQ(names("t1a2v1"), "v1a2t1");  // in the stream's order
}

TEST(TrackChoice, NumbersCountThroughAll) {
  EXPECT_EQ(names("1,2"), "v1a1");
  EXPECT_EQ(names("3"), "a2");
}

TEST(TrackChoice, WholeKinds) {
  EXPECT_EQ(names(TrackChoice::all()), "v1a1a2t1");
  EXPECT_EQ(names(TrackChoice::video_with_audio(1)), "v1a1a2");
}

TEST(TrackChoice, WhatIsNotThereIsLeftOut) {
  EXPECT_EQ(names("v2a1"), "a1");
  EXPECT_EQ(names("v2"), "");
}

TEST(TrackChoice, RefusesOtherText) {
  for (const char* text : {"", "v", "v0", "v01", "v64", "x1", "v1 a1", "1,", ",1", "1,,2", "0",
                           "1,v1", "v1,a1", "v-1", "v99999999999999999999", "V1"}) {
    EXPECT_FALSE(parse_track_choice(text)) << text;
  }
}

TEST(TrackChoice, HasABoundedLength) {
  std::string text;
  for (int i = 0; i < 64; ++i) text += "v1";
  EXPECT_TRUE(parse_track_choice(text));
  EXPECT_FALSE(parse_track_choice(text + "v1"));
}

TEST(TrackChoice, KeysOfDifferentChoicesDiffer) {
  EXPECT_NE(parse_track_choice("1,2")->key(), parse_track_choice("12")->key());
  EXPECT_NE(TrackChoice::all().key(), TrackChoice::video_with_audio(1).key());
}

TEST(TrackChoice, SaysWhatIsMissing) {
  media::Tracks tracks(2);
  tracks[0].id = 1;
  tracks[1].id = 2;
  tracks[1].kind = media::TrackKind::kAudio;
  EXPECT_EQ(missing_in(tracks, *parse_track_choice("v1a1")), "");
  EXPECT_EQ(missing_in(tracks, *parse_track_choice("a1v1")), "");
  EXPECT_EQ(missing_in(tracks, *parse_track_choice("v1a2")), "a2");
  EXPECT_EQ(missing_in(tracks, *parse_track_choice("1,3")), "3");
  EXPECT_EQ(missing_in({}, TrackChoice::all()), "");
  EXPECT_EQ(missing_in(tracks, TrackChoice::video_with_audio(2)), "v2");
}

TEST(TrackChoice, OneOfAKindIsTheFirst) {
  media::Tracks tracks(4);
  for (std::uint32_t i = 0; i < 4; ++i) tracks[i].id = i + 1;
  tracks[1].kind = media::TrackKind::kAudio;
  tracks[3].kind = media::TrackKind::kAudio;
  keep_one_of_kind(tracks);
  ASSERT_EQ(tracks.size(), 2U);
  EXPECT_EQ(tracks[0].id, 1U);
  EXPECT_EQ(tracks[1].id, 2U);
  EXPECT_NE(TrackChoice::one_of_kind().key(), TrackChoice::all().key());
}

TEST(TrackChoice, WhatPlayersOfFragmentedMp4Know) {
  EXPECT_TRUE(is_for_fmp4(media::CodecId::kH264));
  EXPECT_TRUE(is_for_fmp4(media::CodecId::kAc3));
  EXPECT_FALSE(is_for_fmp4(media::CodecId::kMp2));
  EXPECT_FALSE(is_for_fmp4(media::CodecId::kMpeg2Video));
  EXPECT_FALSE(is_for_fmp4(media::CodecId::kDvbSubtitle));
}

}  // namespace
}  // namespace flu::manifest
