#include "libcommon/container/mp4/init.h"

#include <string>

#include <gtest/gtest.h>

#include "tests/support/flu_samples.h"
#include "tests/unit/container/mp4/golden.h"

namespace flu::container {
namespace {

TEST(Init, EveryTrackComesBackAsItWas) {
  const media::Tracks tracks = test::every_track();
  for (const media::Track& track : tracks) {
    const auto parsed = parse_init(write_init({track}));
    ASSERT_TRUE(parsed) << to_string(track.codec) << ": " << parsed.error().message;
    ASSERT_EQ(parsed->size(), 1U) << to_string(track.codec);
    EXPECT_EQ(parsed->front(), track) << to_string(track.codec);
  }
  EXPECT_EQ(parse_init(write_init(tracks)).value(), tracks);
}

TEST(Init, EqualTracksGiveEqualBytes) {
  EXPECT_EQ(write_init(test::every_track()), write_init(test::every_track()));
  media::Tracks changed = test::every_track();
  changed[3].language = "eng";
  EXPECT_NE(write_init(changed), write_init(test::every_track()));
}

// What players get: nothing that is ours, the rest as it is.
TEST(Init, ForPlayersHasNoBoxesOfOurs) {
  media::Tracks tracks = test::every_track();
  std::erase_if(tracks, [](const auto& t) { return t.kind == media::TrackKind::kSubtitle; });
  const Buffer init = write_player_init(tracks);
  const std::string text(as_text(init));
  EXPECT_EQ(text.find("uuid"), std::string::npos);
  EXPECT_EQ(text.find("flu1"), std::string::npos);
  EXPECT_NE(text.find("urn:mpeg:dash:role:2011"), std::string::npos);  // stock tools know it
  const auto parsed = parse_init(init);
  ASSERT_TRUE(parsed) << parsed.error().message;
  ASSERT_EQ(parsed->size(), tracks.size());
  for (std::size_t i = 0; i < tracks.size(); ++i) {
    EXPECT_EQ((*parsed)[i].id, tracks[i].id);
    EXPECT_EQ((*parsed)[i].codec, tracks[i].codec);
    EXPECT_EQ((*parsed)[i].config, tracks[i].config);
    EXPECT_EQ((*parsed)[i].language, tracks[i].language);
  }
  EXPECT_EQ(write_player_init(tracks), init);
}

TEST(Init, IsAsDocumented) {
  expect_golden("init.hex", write_init({test::h264_track(), test::aac_track()}));
}

TEST(Init, CutAtEveryLengthIsRefusedOrLeavesTracksOut) {
  const Buffer init = write_init(test::every_track());
  for (std::size_t size = 0; size < init.size(); ++size) {
    const auto parsed = parse_init(Bytes(init).first(size));
    EXPECT_FALSE(parsed) << size;
  }
}

TEST(Init, NeedsAMoov) {
  EXPECT_FALSE(parse_init(Bytes{}));
  const Buffer free_box{0, 0, 0, 8, 'f', 'r', 'e', 'e'};
  EXPECT_FALSE(parse_init(free_box));
}

}  // namespace
}  // namespace flu::container
