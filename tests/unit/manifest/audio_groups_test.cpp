#include "libcommon/manifest/audio_groups.h"

#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flu::manifest {
namespace {

using media::CodecId;
using testing::ElementsAre;

media::Track audio(std::uint32_t id, const char* language, CodecId codec = CodecId::kAac,
                   std::uint8_t type = 0) {
  media::Track track;
  track.id = id;
  track.kind = media::TrackKind::kAudio;
  track.codec = codec;
  track.language = language;
  track.audio_type = type;
  return track;
}

// "ID: TRACK NAME [LANGUAGE] default auto; ..."
std::vector<std::string> groups_of(const media::Tracks& tracks) {
  std::vector<std::string> out;
  for (const AudioGroup& group : make_audio_groups(tracks)) {
    std::string text = group.id + ":";
    for (const auto& member : group.members) {
      text += fmt::format(" {} {} [{}]{}{};", member.track_id, member.name, member.language,
                          member.is_default ? " default" : "", member.is_automatic ? " auto" : "");
    }
    out.push_back(text);
  }
  return out;
}

TEST(AudioGroups, OneOfEachLanguage) {
  media::Tracks tracks{media::Track{}, audio(2, "rus"), audio(3, "eng")};
  tracks[0].id = 1;
  EXPECT_THAT(groups_of(tracks),
              ElementsAre("audio: 2 Russian [ru] default auto; 3 English [en] auto;"));
}

TEST(AudioGroups, NamesAreUniqueAndOneOfALanguageIsAutomatic) {
  EXPECT_THAT(groups_of({audio(1, "eng"), audio(2, "eng"), audio(3, "und"), audio(4, "und")}),
              ElementsAre("audio: 1 English [en] default auto; 2 English 2 [en]; 3 Audio [] auto; "
                          "4 Audio 2 [];"));
}

TEST(AudioGroups, SoundForSomeIsNotTheDefault) {
  const auto groups = make_audio_groups(
      {audio(1, "eng", CodecId::kAac, 3), audio(2, "eng", CodecId::kAac, 2), audio(3, "eng")});
  ASSERT_EQ(groups.size(), 1U);
  const auto& members = groups[0].members;
  EXPECT_EQ(members[0].characteristics, "public.accessibility.describes-video");
  EXPECT_EQ(members[0].name, "English (audio description)");
  EXPECT_TRUE(members[0].is_automatic);
  EXPECT_FALSE(members[0].is_default);
  EXPECT_EQ(members[1].characteristics, "public.accessibility.enhances-speech-intelligibility");
  EXPECT_TRUE(members[2].is_default);
}

TEST(AudioGroups, OneThatIsOnlyForSomeIsTheDefaultAllTheSame) {
  EXPECT_TRUE(make_audio_groups({audio(1, "eng", CodecId::kAac, 3)})[0].members[0].is_default);
}

// RFC 8216bis 4.4.6.1.1: each group has the same members.
TEST(AudioGroups, WhatACodecLacksStandsThereInAnother) {
  EXPECT_THAT(groups_of({audio(1, "rus"), audio(2, "eng"), audio(3, "rus", CodecId::kAc3)}),
              ElementsAre("audio-aac: 1 Russian [ru] default auto; 2 English [en] auto;",
                          "audio-ac3: 3 Russian [ru] default auto; 2 English [en] auto;"));
}

TEST(AudioGroups, EachLanguageInACodecOfItsOwnIsOneGroup) {
  EXPECT_THAT(groups_of({audio(1, "rus"), audio(2, "eng", CodecId::kAc3)}),
              ElementsAre("audio: 1 Russian [ru] default auto; 2 English [en] auto;"));
}

TEST(AudioGroups, NoneWithoutAudio) {
  EXPECT_TRUE(make_audio_groups({media::Track{}}).empty());
}

}  // namespace
}  // namespace flu::manifest
