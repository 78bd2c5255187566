#include "tools/segment/track_mapper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flu::hub {
namespace {

using media::TrackKind;
using testing::ElementsAre;

media::Track track(std::uint32_t id, TrackKind kind, std::string language = "und") {
  media::Track out;
  out.id = id;
  out.kind = kind;
  out.codec = kind == TrackKind::kVideo   ? media::CodecId::kH264
              : kind == TrackKind::kAudio ? media::CodecId::kAac
                                          : media::CodecId::kTeletext;
  out.language = std::move(language);
  return out;
}

std::vector<std::uint32_t> ids_of(TrackMapper& mapper, const media::Tracks& tracks) {
  const auto mapping = mapper.map(tracks);
  std::vector<std::uint32_t> out;
  for (const auto& one : tracks) out.push_back(mapping ? mapping->find(one.id) : 0);
  return out;
}

TEST(TrackMapper, NumbersTheFirstTracksInOrder) {
  TrackMapper mapper;
  EXPECT_THAT(ids_of(mapper, {track(256, TrackKind::kVideo), track(257, TrackKind::kAudio, "eng"),
                              track(258, TrackKind::kAudio, "fra")}),
              ElementsAre(1, 2, 3));
}

TEST(TrackMapper, GivesALanguageItsIdBackWhateverTheOrderAndPid) {
  TrackMapper mapper;
  ids_of(mapper, {track(1, TrackKind::kVideo), track(2, TrackKind::kAudio, "eng"),
                  track(3, TrackKind::kAudio, "fra")});
  EXPECT_THAT(ids_of(mapper, {track(70, TrackKind::kAudio, "fra"), track(80, TrackKind::kVideo),
                              track(90, TrackKind::kAudio, "eng")}),
              ElementsAre(3, 1, 2));
}

TEST(TrackMapper, TakesTheFreeIdOfTheKindForAnotherLanguage) {
  TrackMapper mapper;
  ids_of(mapper, {track(1, TrackKind::kVideo), track(2, TrackKind::kAudio, "eng"),
                  track(3, TrackKind::kAudio, "fra")});
  EXPECT_THAT(ids_of(mapper, {track(1, TrackKind::kVideo), track(2, TrackKind::kAudio, "deu"),
                              track(3, TrackKind::kAudio, "eng")}),
              ElementsAre(1, 3, 2));
}

TEST(TrackMapper, MakesAnIdOnlyForMoreTracksThanEverBefore) {
  TrackMapper mapper;
  const media::Tracks two = {track(1, TrackKind::kVideo), track(2, TrackKind::kAudio)};
  ids_of(mapper, two);
  EXPECT_THAT(ids_of(mapper, {track(9, TrackKind::kAudio)}), ElementsAre(2));
  EXPECT_THAT(ids_of(mapper, {track(1, TrackKind::kVideo), track(2, TrackKind::kAudio),
                              track(3, TrackKind::kSubtitle)}),
              ElementsAre(1, 2, 3));
  EXPECT_THAT(ids_of(mapper, {track(1, TrackKind::kVideo), track(2, TrackKind::kVideo)}),
              ElementsAre(1, 4));
}

TEST(TrackMapper, OrdersTracksByKindAndId) {
  TrackMapper mapper;
  const auto mapping = mapper.map(
      {track(5, TrackKind::kSubtitle), track(6, TrackKind::kAudio), track(7, TrackKind::kVideo)});
  ASSERT_TRUE(mapping);
  ASSERT_EQ(mapping->tracks.size(), 3U);
  EXPECT_EQ(mapping->tracks[0].kind, TrackKind::kVideo);
  EXPECT_EQ(mapping->tracks[1].kind, TrackKind::kAudio);
  EXPECT_EQ(mapping->tracks[2].kind, TrackKind::kSubtitle);
}

TEST(TrackMapper, RemembersWhatAnEarlierRunUsed) {
  TrackMapper mapper;
  mapper.remember({track(1, TrackKind::kVideo), track(4, TrackKind::kAudio, "eng")});
  EXPECT_THAT(ids_of(mapper, {track(20, TrackKind::kAudio, "eng"), track(21, TrackKind::kVideo),
                              track(22, TrackKind::kAudio, "fra")}),
              ElementsAre(4, 1, 5));
}

TEST(TrackMapper, RefusesThe64thTrack) {
  TrackMapper mapper;
  media::Tracks tracks;
  for (std::uint32_t id = 1; id <= 64; ++id) tracks.push_back(track(id, TrackKind::kAudio));
  const auto mapping = mapper.map(tracks);
  ASSERT_FALSE(mapping);
  EXPECT_EQ(mapping.error().code, ErrorCode::kLimitExceeded);
}

TEST(NeedsDiscontinuity, OnlyWherePlayersMustBeTold) {
  const media::Tracks before = {track(1, TrackKind::kVideo), track(2, TrackKind::kAudio, "eng")};
  EXPECT_FALSE(needs_discontinuity(before, before));
  media::Tracks after = before;
  after[1].language = "fra";
  EXPECT_FALSE(needs_discontinuity(before, after));
  after = before;
  after[0].config = {1, 2};
  EXPECT_TRUE(needs_discontinuity(before, after));
  after = before;
  after[0].video.width = 640;
  EXPECT_TRUE(needs_discontinuity(before, after));
  after = before;
  after.pop_back();
  EXPECT_TRUE(needs_discontinuity(before, after));
}

}  // namespace
}  // namespace flu::hub
