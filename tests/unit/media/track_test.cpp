#include "libcommon/media/track.h"

#include <gtest/gtest.h>

namespace flu::media {
namespace {

Track make(std::uint32_t id, CodecId codec) {
  Track track;
  track.id = id;
  track.codec = codec;
  track.kind = kind_of(codec);
  return track;
}

TEST(Track, EveryCodecHasANameThatLeadsBack) {
  for (const CodecId codec :
       {CodecId::kH264, CodecId::kHevc, CodecId::kMpeg2Video, CodecId::kAac, CodecId::kMp3,
        CodecId::kMp2, CodecId::kAc3, CodecId::kEac3, CodecId::kOpus, CodecId::kDvbSubtitle,
        CodecId::kTeletext, CodecId::kWebVtt}) {
    EXPECT_EQ(parse_codec(to_string(codec)), codec) << to_string(codec);
  }
  EXPECT_FALSE(parse_codec("h263"));
  EXPECT_FALSE(parse_codec(""));
}

TEST(Track, KindFollowsFromTheCodec) {
  EXPECT_EQ(kind_of(CodecId::kHevc), TrackKind::kVideo);
  EXPECT_EQ(kind_of(CodecId::kOpus), TrackKind::kAudio);
  EXPECT_EQ(kind_of(CodecId::kTeletext), TrackKind::kSubtitle);
  EXPECT_EQ(to_string(TrackKind::kSubtitle), "subtitle");
}

TEST(Track, PicturesOfTextAreNoText) {
  EXPECT_TRUE(is_text(make(1, CodecId::kWebVtt)));
  EXPECT_FALSE(is_text(make(1, CodecId::kDvbSubtitle)));
  EXPECT_FALSE(is_text(make(1, CodecId::kTeletext)));
  EXPECT_FALSE(is_text(make(1, CodecId::kAac)));
}

TEST(Track, MainTrackIsTheFirstVideoElseAudio) {
  const Tracks all{make(1, CodecId::kAac), make(2, CodecId::kH264), make(3, CodecId::kHevc)};
  EXPECT_EQ(main_track(all)->id, 2U);
  const Tracks radio{make(4, CodecId::kTeletext), make(5, CodecId::kMp3), make(6, CodecId::kAac)};
  EXPECT_EQ(main_track(radio)->id, 5U);
  EXPECT_EQ(main_track({}), nullptr);
}

TEST(Track, IsFoundByItsId) {
  const Tracks all{make(1, CodecId::kAac), make(7, CodecId::kH264)};
  EXPECT_EQ(find_track(all, 7)->codec, CodecId::kH264);
  EXPECT_EQ(find_track(all, 2), nullptr);
}

}  // namespace
}  // namespace flu::media
