#include "tools/serve/live/dash.h"

#include <map>

#include <gtest/gtest.h>

#include "tests/support/flu_samples.h"
#include "tools/serve/live/dash_manifests.h"

namespace flu::serve {
namespace {

using manifest::Mpd;
using media::Ticks;
using media::Timestamp;
using segment::IndexRecord;

constexpr Ticks kTarget{360'000};

// By init_hash: two pictures and two sounds; one picture with MP2; MP2 alone.
media::Tracks tracks_with(std::uint32_t init_hash) {
  media::Tracks tracks{test::h264_track(1), test::aac_track(2), test::h264_track(3),
                       test::aac_track(4)};
  tracks[3].language = "eng";
  tracks[3].audio_type = 3;
  const media::Track mp2 = test::audio_track(2, media::CodecId::kMp2, {}, 48'000, 1152);
  if (init_hash == 1) return {tracks[0], mp2};
  if (init_hash == 2) return {mp2};
  return tracks;
}

class DashTest : public testing::Test {
 protected:
  DashTest() {
    window_.target_duration = 4;
    window_.playlist_segments = 5;
  }

  // The sound of a segment begins 500 ticks after the picture.
  void add(std::uint32_t init_hash = 0, Ticks third_off = Ticks{0}) {
    IndexRecord record;
    record.seq = 100 + added_++;
    record.start = test::kBase + kTarget * number_++;
    record.duration = static_cast<std::uint32_t>(kTarget.count());
    record.init_hash = init_hash;
    record.sap = 1;
    record.arrival_ms = 40;
    container::SegmentSummary& summary = summaries_[record.start.count()];
    for (const media::Track& track : tracks_with(init_hash)) {
      Timestamp start = record.start;
      if (track.kind == media::TrackKind::kAudio) start += Ticks{500};
      if (track.id == 3) start += third_off;
      summary.tracks.push_back(
          {track.id, start, start + kTarget, 100, 400'000, 440'000, media::Sap::kClosed});
    }
    window_.segments.push_back(record);
  }

  [[nodiscard]] Result<Mpd> make(const Route& route = {}, MpdState state = {}) {
    for (std::uint32_t i = 0; i < 3; ++i) tracks_[i] = tracks_with(i);
    return make_mpd(
        window_, [this](const IndexRecord& record) { return &tracks_.at(record.init_hash); },
        [this](const IndexRecord& record) { return &summaries_.at(record.start.count()); }, route,
        state);
  }

  store::WindowSnapshot window_;
  std::map<std::uint32_t, media::Tracks> tracks_;
  std::map<std::int64_t, container::SegmentSummary> summaries_;
  std::uint32_t number_ = 0;  // of the next segment's place in time
  std::uint32_t added_ = 0;
};

TEST_F(DashTest, PicturesThatBeginTogetherAreOneSetAndEachSoundItsOwn) {
  for (int i = 0; i < 3; ++i) add();
  const auto mpd = make();
  ASSERT_TRUE(mpd) << mpd.error().message;
  ASSERT_EQ(mpd->periods.size(), 1U);
  const auto& sets = mpd->periods[0].sets;
  ASSERT_EQ(sets.size(), 3U);
  ASSERT_EQ(sets[0].representations.size(), 2U);
  EXPECT_EQ(sets[0].representations[0].id, "v1");
  EXPECT_EQ(sets[0].representations[1].id, "v2");
  EXPECT_EQ(sets[0].representations[0].media, "tracks-v1/$Time$.m4s");
  EXPECT_EQ(sets[1].language, "de");
  EXPECT_EQ(sets[1].role, "main");
  EXPECT_EQ(sets[1].representations[0].segments[0].start, test::kBase + Ticks{500});
  EXPECT_EQ(sets[2].language, "en");
  EXPECT_EQ(sets[2].role, "alternate");
  EXPECT_EQ(sets[2].accessibility, "description");
  EXPECT_EQ(sets[0].representations[0].bandwidth, 800'000U);
}

TEST_F(DashTest, APictureThatBeginsElsewhereIsNoneToSwitchTo) {
  for (int i = 0; i < 3; ++i) add(0, Ticks{7200});
  const auto mpd = make();
  ASSERT_TRUE(mpd);
  EXPECT_EQ(mpd->periods[0].sets.size(), 4U);
}

TEST_F(DashTest, APictureThatBeginsElsewhereOnceStaysInItsSet) {
  add();
  add();
  add(0, Ticks{-7200});
  const auto mpd = make();
  ASSERT_TRUE(mpd);
  ASSERT_EQ(mpd->periods[0].sets.size(), 3U);
  EXPECT_EQ(mpd->periods[0].sets[0].representations.size(), 2U);
}

// Else two workers, or one before and after a restart, would tell of different Periods.
TEST_F(DashTest, APeriodBeginsWhereItsTracksDid) {
  add();
  add();
  add(1);
  add(1);
  const auto two = make();
  ASSERT_TRUE(two);
  ASSERT_EQ(two->periods.size(), 2U);
  EXPECT_EQ(two->periods[0].start, Timestamp{0});
  EXPECT_FALSE(two->periods[0].duration);
  const Timestamp second = two->periods[1].start;
  EXPECT_EQ(second, manifest::period_start(test::kBase + kTarget * 2));
  window_.segments.erase(window_.segments.begin(), window_.segments.begin() + 3);
  window_.run_start = test::kBase + kTarget * 2;
  const auto one = make();
  ASSERT_TRUE(one);
  ASSERT_EQ(one->periods.size(), 1U);
  EXPECT_EQ(one->periods[0].start, second);
}

TEST_F(DashTest, ATimeWithoutAnythingBetweenPeriodsIsTold) {
  add();
  ++number_;
  add(1);
  const auto mpd = make();
  ASSERT_TRUE(mpd);
  ASSERT_EQ(mpd->periods.size(), 2U);
  EXPECT_EQ(mpd->periods[0].duration, test::kBase + kTarget);  // it begins in 1970
}

TEST_F(DashTest, WhatPlayersOfMp4DoNotKnowIsLeftOut) {
  add(1);
  const auto mpd = make();
  ASSERT_TRUE(mpd);
  ASSERT_EQ(mpd->periods[0].sets.size(), 1U);
  EXPECT_EQ(mpd->periods[0].sets[0].kind, media::TrackKind::kVideo);
  window_.segments.clear();
  add(2);
  const auto none = make();
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::kUnsupported);
}

TEST_F(DashTest, TimesComeFromTheWindow) {
  for (int i = 0; i < 8; ++i) add();
  const auto mpd = make();
  ASSERT_TRUE(mpd);
  EXPECT_EQ(mpd->periods[0].sets[0].representations[0].segments.size(), 5U);
  EXPECT_EQ(mpd->depth, kTarget * 5);
  EXPECT_EQ(mpd->delay, kTarget * 3);
  EXPECT_EQ(mpd->update_period, std::chrono::seconds(2));
  EXPECT_EQ(mpd->published, test::kBase + kTarget * 8 + std::chrono::milliseconds(40));
  Route rewind;
  rewind.rewind = 12;
  EXPECT_EQ(make(rewind)->depth, kTarget * 3);
}

// A player that looks for what follows a segment finds it, and waits no longer for what is there.
TEST_F(DashTest, AHoleIsPartOfTheSegmentBeforeIt) {
  add();
  add();
  ++number_;
  add();
  const auto mpd = make();
  ASSERT_TRUE(mpd);
  for (const auto& set : mpd->periods[0].sets) {
    const auto& segments = set.representations[0].segments;
    ASSERT_EQ(segments.size(), 3U);
    EXPECT_EQ(segments[0].duration, kTarget);
    EXPECT_EQ(segments[1].duration, kTarget * 2);
  }
  EXPECT_EQ(mpd->max_segment, kTarget * 2);
  EXPECT_EQ(mpd->min_buffer, kTarget);
  EXPECT_EQ(mpd->delay, kTarget * 3);
  EXPECT_EQ(mpd->depth, kTarget * 4);
}

TEST_F(DashTest, BehindABreakOfManySecondsIsAnotherPeriod) {
  add();
  add();
  number_ += 2;
  for (int i = 0; i < 3; ++i) add();
  const auto mpd = make();
  ASSERT_TRUE(mpd);
  ASSERT_EQ(mpd->periods.size(), 2U);
  EXPECT_EQ(mpd->periods[0].duration, test::kBase + kTarget * 2);  // it begins in 1970
  EXPECT_EQ(mpd->periods[1].start, manifest::period_start(test::kBase + kTarget * 4));
  const auto& segments = mpd->periods[1].sets[0].representations[0].segments;
  ASSERT_EQ(segments.size(), 3U);
  EXPECT_EQ(segments[0].start, test::kBase + kTarget * 4);
  EXPECT_EQ(mpd->max_segment, kTarget);
  EXPECT_EQ(mpd->depth, kTarget * 3);
}

// With less a player is at the live edge, and stands at each segment that follows.
TEST_F(DashTest, BehindABreakThreeSegmentsAreListedAtOnce) {
  for (int i = 0; i < 4; ++i) add();
  number_ += 2;
  const auto state = [this](Ticks late) {
    return mpd_state(window_, test::kBase + kTarget * number_ + late, false);
  };
  for (int i = 0; i < 2; ++i) {
    add();
    EXPECT_TRUE(state(kTarget).waits);
    const auto mpd = make({}, state(kTarget));
    ASSERT_TRUE(mpd);
    ASSERT_EQ(mpd->periods.size(), 1U);
    EXPECT_EQ(mpd->published, test::kBase + kTarget * 4 + std::chrono::milliseconds(40));
    EXPECT_FALSE(state(kTarget * 2).waits);  // nothing follows
    EXPECT_EQ(make({}, state(kTarget * 2))->periods.size(), 2U);
  }
  window_.has_ended = true;
  EXPECT_FALSE(mpd_state(window_, test::kBase + kTarget * number_, true).waits);
  add();
  EXPECT_FALSE(state(kTarget).waits);
  EXPECT_EQ(make({}, state(kTarget))->periods.size(), 2U);
}

// A list that ends before now - depth is one of another clock to dash.js.
TEST_F(DashTest, TheDepthGrowsWhileNothingIsPublished) {
  add();
  EXPECT_EQ(make()->depth, std::chrono::seconds(12));
  for (int i = 0; i < 4; ++i) add();
  const Timestamp end = test::kBase + kTarget * 5;
  EXPECT_EQ(mpd_state(window_, end - kTarget, false), MpdState{});
  EXPECT_EQ(mpd_state(window_, end + kTarget, false), MpdState{});
  EXPECT_EQ(make()->depth, kTarget * 5);
  for (const auto away : {std::chrono::seconds(30), std::chrono::seconds(1000)}) {
    const auto mpd = make({}, mpd_state(window_, end + Ticks(away), false));
    ASSERT_TRUE(mpd);
    EXPECT_GE(mpd->depth, Ticks(away) + mpd->update_period);
    EXPECT_LE(mpd->depth, Ticks(away) + kTarget * 3);
  }
}

TEST_F(DashTest, TheClockIsFoundFromEachFolder) {
  add();
  Route route;
  route.stream = "a/b";
  EXPECT_EQ(make(route)->clock, "../../flu/time");
  route.is_in_tracks = true;
  route.segment_base = "../";
  EXPECT_EQ(make(route)->clock, "../../../flu/time");
  EXPECT_EQ(make(route)->periods[0].sets[0].representations[0].media, "../tracks-v1/$Time$.m4s");
}

TEST_F(DashTest, AnEndIsBelievedOnlyWhenNobodyComesBack) {
  add();
  const WallTime end = media::to_wall(test::kBase + kTarget);
  EXPECT_FALSE(is_over(window_, end + std::chrono::hours(1)));
  window_.has_ended = true;
  EXPECT_FALSE(is_over(window_, end + std::chrono::seconds(2)));
  EXPECT_TRUE(is_over(window_, end + std::chrono::seconds(6)));
  const auto mpd = make({}, {.has_ended = true});
  ASSERT_TRUE(mpd);
  EXPECT_TRUE(mpd->has_ended);
  EXPECT_EQ(mpd->periods[0].duration, test::kBase + kTarget);
}

}  // namespace
}  // namespace flu::serve
