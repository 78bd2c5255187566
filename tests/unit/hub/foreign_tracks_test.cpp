#include "tools/segment/foreign_tracks.h"

#include <gtest/gtest.h>

#include "tests/unit/codec/es_builder.h"
#include "tools/segment/limits.h"

namespace flu::hub {
namespace {

using codec::h264_pps;
using codec::h264_slice;
using codec::h264_sps;
using codec::joined;
using codec::stored;

media::Track sound() {
  media::Track track;
  track.id = 2;
  track.kind = media::TrackKind::kAudio;
  track.codec = media::CodecId::kMp2;
  return track;
}

media::Track pictures_without_sets() {  // avc3
  media::Track track;
  track.id = 1;
  track.config = codec::hex("01 4d001e ff e0 00");
  return track;
}

class ForeignTracksTest : public testing::Test {
 protected:
  void add(std::uint32_t id, std::int64_t dts, Buffer data, bool is_key) {
    media::Sample sample;
    sample.track_id = id;
    sample.dts = media::Timestamp{dts};
    sample.sap = is_key ? media::Sap::kClosed : media::Sap::kNone;
    sample.data = std::move(data);
    const auto done = tracks_.add(std::move(sample), units_);
    EXPECT_TRUE(done) << done.error().message;
  }
  // "t2" for two tracks, "s1" for a sample of the first.
  std::string take() {
    std::string out;
    for (const media::Unit& unit : std::exchange(units_, {})) {
      if (const auto* changed = std::get_if<media::TracksChanged>(&unit)) {
        out += "t" + std::to_string(changed->tracks.size());
      } else {
        out += "s" + std::to_string(std::get<media::Sample>(unit).track_id);
      }
    }
    return out;
  }

  const Buffer frame_ = Buffer(10, 0x11);
  const Buffer idr_ = stored(h264_slice({true, true, 0, 7}));
  const Buffer key_ = joined({stored(h264_sps()), stored(h264_pps()), idr_});
  std::deque<media::Unit> units_;
  ForeignTracks tracks_;
};

TEST_F(ForeignTracksTest, KnownTracksAreToldAtOnce) {
  ASSERT_TRUE(tracks_.set_tracks({sound()}, units_));
  EXPECT_EQ(take(), "t1");
  add(2, 0, frame_, true);
  EXPECT_EQ(take(), "s2");
}

TEST_F(ForeignTracksTest, SetsInTheSamplesAreWaitedFor) {
  ASSERT_TRUE(tracks_.set_tracks({pictures_without_sets(), sound()}, units_));
  add(2, 0, frame_, true);
  add(1, 0, idr_, true);  // not of use yet
  EXPECT_EQ(take(), "");
  add(1, 3600, key_, true);
  add(2, 4000, frame_, true);
  EXPECT_EQ(take(), "t2s1s2");
}

TEST_F(ForeignTracksTest, OtherSetsInMidStreamAreOtherTracks) {
  ASSERT_TRUE(tracks_.set_tracks({pictures_without_sets(), sound()}, units_));
  add(1, 0, key_, true);
  EXPECT_EQ(take(), "t2s1");
  codec::H264SpsFields wide;
  wide.width_mbs = 40;
  add(1, 3600, joined({stored(h264_sps(wide)), stored(h264_pps()), idr_}), true);
  ASSERT_EQ(units_.size(), 2U);
  const auto& changed = std::get<media::TracksChanged>(units_.front());
  EXPECT_EQ(changed.tracks.at(0).video.width, 640U);
  EXPECT_EQ(changed.tracks.at(1), sound());
}

TEST_F(ForeignTracksTest, ATrackThatNeverHasSetsHoldsNobodyUp) {
  ASSERT_TRUE(tracks_.set_tracks({pictures_without_sets(), sound()}, units_));
  add(2, 0, frame_, true);
  add(2, kMaxFormatWait.count() - 1, frame_, true);
  EXPECT_EQ(take(), "");
  add(2, kMaxFormatWait.count(), frame_, true);
  add(1, kMaxFormatWait.count(), idr_, true);
  EXPECT_EQ(take(), "t1s2");
  add(1, kMaxFormatWait.count() + 3600, key_, true);
  EXPECT_EQ(take(), "t2s1");
}

TEST_F(ForeignTracksTest, WhatDoesNotFitIsAnError) {
  ASSERT_TRUE(tracks_.set_tracks({pictures_without_sets()}, units_));
  media::Sample sample;
  sample.track_id = 1;
  sample.data = {0, 0, 0, 9, 0x65};
  EXPECT_EQ(tracks_.add(std::move(sample), units_).error().code, ErrorCode::kMalformed);
}

}  // namespace
}  // namespace flu::hub
