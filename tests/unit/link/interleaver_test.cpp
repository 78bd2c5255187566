#include "libcommon/link/interleaver.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "libcommon/link/limits.h"
#include "tests/support/flu_samples.h"

namespace flu::link {
namespace {

using media::Ticks;
using std::chrono::milliseconds;

class InterleaverTest : public testing::Test {
 protected:
  InterleaverTest() { interleaver_.set_tracks({test::h264_track(1), test::aac_track(2)}); }

  // Gives a sample and returns how many have gone out by it.
  int give(std::uint32_t track, int at_ms, std::size_t bytes = 1) {
    media::Sample sample;
    sample.data.resize(bytes);
    sample.track_id = track;
    sample.dts = test::kBase + milliseconds(at_ms);
    int gone = interleaver_.admit(sample) ? 1 : 0;
    if (gone == 0) interleaver_.hold(sample, {});
    while (interleaver_.next(false)) {
      ++gone;
    }
    return gone;
  }

  Interleaver interleaver_;
};

TEST_F(InterleaverTest, TracksThatAreCloseGoAtOnce) {
  for (int at = 0; at < 5000; at += 40) {
    EXPECT_EQ(give(1, at + 400), 1);
    EXPECT_EQ(give(2, at), 1);
  }
}

TEST_F(InterleaverTest, ATrackFarAheadWaits) {
  EXPECT_EQ(give(2, 0), 1);
  EXPECT_EQ(give(1, 500), 1);
  EXPECT_EQ(give(1, 540), 0);
  EXPECT_EQ(give(1, 580), 0);
  EXPECT_EQ(give(2, 40), 2);
  EXPECT_EQ(give(1, 620), 0);
  EXPECT_EQ(give(2, 200), 3);
}

TEST_F(InterleaverTest, NoMoreWaitsThanItsLimit) {
  EXPECT_EQ(give(2, 0), 1);
  const std::size_t quarter = kInterleaveBytes / 4;
  for (int at = 600; at < 604; ++at) EXPECT_EQ(give(1, at, quarter), 0);
  EXPECT_EQ(give(1, 604, quarter), 1);
  EXPECT_EQ(give(2, 200), 5);
}

TEST_F(InterleaverTest, ASilentTrackHoldsNobodyUpForLong) {
  give(2, 0);
  int gone = 0;
  int longest = 0;
  int given = 0;
  for (int at = 0; at <= 10'000; at += 40) {
    gone += give(1, at);
    longest = std::max(longest, ++given - gone);
  }
  EXPECT_EQ(gone, given);
  EXPECT_LE(longest, 25);
}

TEST_F(InterleaverTest, ATrackThatComesLateAllTheTimeIsWaitedFor) {
  int held = 0;
  for (int at = 0; at <= 10'000; at += 40) {
    held += 2 - give(1, at + 2000) - give(2, at);
    // All but 500 ms of the 2 s.
    if (at >= 2000) {
      EXPECT_EQ(held, 38) << at;
    }
  }
}

TEST_F(InterleaverTest, ATrackTooFarBehindIsNotWaitedFor) {
  for (int at = 0; at <= 2000; at += 40) {
    EXPECT_EQ(give(1, at + 3040), 1);
    EXPECT_EQ(give(2, at), 1);
  }
}

TEST_F(InterleaverTest, ATrackThatNeverCameIsNotWaitedFor) {
  EXPECT_EQ(give(1, 0), 1);
  EXPECT_EQ(give(1, 900), 1);
}

TEST_F(InterleaverTest, EverythingComesOutInOrder) {
  give(2, 0);
  for (const int at : {600, 640, 680}) {
    give(1, at);
  }
  const auto first = interleaver_.next(true);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->sample.dts, test::kBase + milliseconds(600));
  EXPECT_TRUE(interleaver_.next(true));
  EXPECT_TRUE(interleaver_.next(true));
  EXPECT_FALSE(interleaver_.next(true));
}

}  // namespace
}  // namespace flu::link
