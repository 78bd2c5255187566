#include "tools/ingest/key_gate.h"

#include <variant>

#include <gtest/gtest.h>

#include "tools/ingest/limits.h"

namespace flu::ingest {
namespace {

constexpr std::uint32_t kVideo = 1;
constexpr std::uint32_t kAudio = 2;

media::Unit tracks() {
  media::TracksChanged out;
  out.tracks.resize(2);
  out.tracks[0].id = kVideo;
  out.tracks[1].id = kAudio;
  out.tracks[1].kind = media::TrackKind::kAudio;
  out.tracks[1].codec = media::CodecId::kAac;
  return out;
}

media::Unit sample(std::uint32_t track, int dts, bool is_key, std::size_t size = 10) {
  media::Sample out;
  out.track_id = track;
  out.dts = media::Timestamp{dts};
  out.sap = is_key ? media::Sap::kClosed : media::Sap::kNone;
  out.data.resize(size);
  return out;
}

class KeyGateTest : public testing::Test {
 protected:
  // At so many seconds.
  void push(int at, Units units, MonotonicTime not_before = MonotonicTime::min()) {
    gate.push(units, {MonotonicTime{std::chrono::seconds(at)}, WallTime{}}, not_before);
    EXPECT_TRUE(units.empty());
  }

  // "v100 a90" of what is taken, behind the tracks.
  std::string take() {
    std::string out;
    Units units = gate.take();
    EXPECT_TRUE(std::holds_alternative<media::TracksChanged>(units.front()));
    for (std::size_t i = 1; i < units.size(); ++i) {
      const auto& each = std::get<media::Sample>(units[i]);
      out += (out.empty() ? "" : " ") + std::string(each.track_id == kVideo ? "v" : "a") +
             std::to_string(each.dts.count());
    }
    return out;
  }

  KeyGate gate;
};

TEST_F(KeyGateTest, OpensAtAKeyFrameWithTheSoundOfItsTime) {
  push(1,
       {tracks(), sample(kVideo, 80, false), sample(kAudio, 90, true), sample(kAudio, 100, true)});
  EXPECT_FALSE(gate.has_key());
  push(2, {sample(kAudio, 110, true), sample(kVideo, 100, true), sample(kVideo, 120, false)});
  ASSERT_TRUE(gate.has_key());
  EXPECT_EQ(gate.key_arrival(), MonotonicTime{std::chrono::seconds(2)});
  EXPECT_EQ(take(), "a100 a110 v100 v120");
  EXPECT_FALSE(gate.has_key());
}

TEST_F(KeyGateTest, ALaterKeyFrameReplacesTheOneBefore) {
  push(1, {tracks(), sample(kVideo, 0, true), sample(kVideo, 10, false)});
  push(2, {sample(kVideo, 20, false), sample(kVideo, 30, true), sample(kVideo, 40, true)});
  EXPECT_EQ(gate.key_arrival(), MonotonicTime{std::chrono::seconds(2)});
  EXPECT_EQ(take(), "v30 v40");  // the first of those that came together
}

// A server that begins with what it has: only what was not seen yet, where there is a key frame.
TEST_F(KeyGateTest, OfABurstWhatIsNotOlderThanAsked) {
  const auto burst = [] {
    return Units{tracks(),
                 sample(kVideo, 0, true),
                 sample(kVideo, 3 * 90'000, true),
                 sample(kVideo, 4 * 90'000, false),
                 sample(kVideo, 6 * 90'000, true),
                 sample(kVideo, 8 * 90'000, false)};
  };
  push(20, burst(), MonotonicTime{std::chrono::seconds(15)});  // 270000 is of second 15
  EXPECT_EQ(take(), "v270000 v360000 v540000 v720000");
  push(30, burst(), MonotonicTime{std::chrono::seconds(27)});
  EXPECT_EQ(take(), "v540000 v720000");
  push(40, burst(), MonotonicTime{std::chrono::seconds(39)});
  EXPECT_EQ(take(), "v540000 v720000");  // the last is the least of evils
  push(50, burst());
  EXPECT_EQ(take(), "v0 v270000 v360000 v540000 v720000");
}

TEST_F(KeyGateTest, OtherTracksNeedAKeyFrameOfTheirOwn) {
  push(1, {tracks(), sample(kVideo, 0, true)});
  push(2, {tracks(), sample(kVideo, 10, false)});
  EXPECT_FALSE(gate.has_key());
}

TEST_F(KeyGateTest, WhatIsLargerThanTheCapIsForgottenUntilTheNextKeyFrame) {
  push(1, {tracks(), sample(kVideo, 0, true)});
  push(2, {sample(kVideo, 10, false, kMaxGateBytes)});
  EXPECT_FALSE(gate.has_key());
  push(3, {sample(kVideo, 20, true)});
  EXPECT_EQ(take(), "v20");
  Units many;
  for (std::size_t i = 0; i <= kMaxGateUnits; ++i) many.push_back(sample(kAudio, 30, true));
  push(4, {sample(kVideo, 30, true)});
  push(5, std::move(many));
  EXPECT_FALSE(gate.has_key());
}

TEST_F(KeyGateTest, NothingOpensItBeforeTheTracksAreKnown) {
  push(1, {sample(kVideo, 0, true), sample(kAudio, 0, true)});
  EXPECT_FALSE(gate.has_key());
}

}  // namespace
}  // namespace flu::ingest
