#include "libcommon/manifest/subtitle_group.h"

#include <gtest/gtest.h>

namespace flu::manifest {
namespace {

media::Track text(std::uint32_t id, const char* language, bool is_for_deaf = false) {
  media::Track track;
  track.id = id;
  track.kind = media::TrackKind::kSubtitle;
  track.codec = media::CodecId::kWebVtt;
  track.language = language;
  track.is_hearing_impaired = is_for_deaf;
  return track;
}

TEST(SubtitleGroup, MembersDifferInName) {
  const auto members =
      make_subtitle_group({text(3, "eng"), text(4, "eng", true), text(5, "eng"), text(6, "und")});
  ASSERT_EQ(members.size(), 4U);
  EXPECT_EQ(members[0].name, "English");
  EXPECT_EQ(members[0].language, "en");
  EXPECT_TRUE(members[0].is_default && members[0].is_automatic);
  EXPECT_EQ(members[1].name, "English (hard of hearing)");
  EXPECT_TRUE(members[1].is_automatic && !members[1].is_default);
  EXPECT_NE(members[1].characteristics.find("transcribes-spoken-dialog"), std::string::npos);
  EXPECT_EQ(members[2].name, "English 2");
  EXPECT_FALSE(members[2].is_automatic);
  EXPECT_EQ(members[3].name, "Subtitles");
  EXPECT_EQ(members[3].language, "");
}

TEST(SubtitleGroup, NoTextNoMembers) {
  EXPECT_TRUE(make_subtitle_group({}).empty());
}

}  // namespace
}  // namespace flu::manifest
