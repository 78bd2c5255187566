#include "tools/segment/cutter.h"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tools/segment/limits.h"

namespace flu::hub {
namespace {

using media::Sap;
using media::Ticks;
using testing::ElementsAre;

constexpr Ticks kSecond{90'000};

struct Pattern {
  int frames = 0;
  int gop = 0;  // a key frame every so many frames
  int idr = 1;  // of them, every so many is an IDR, the others are open GOPs
  Ticks frame{3600};
  std::uint64_t frame_bytes = 1000;
};

// Numbers of the frames with which a segment begins.
std::vector<int> cuts_of(Cutter& cutter, const Pattern& pattern) {
  std::vector<int> out;
  std::uint64_t bytes = 0;
  std::size_t samples = 0;
  for (int i = 0; i < pattern.frames; ++i) {
    MainFrame frame;
    frame.pts = Ticks(1'000'000) + pattern.frame * i;
    frame.duration = pattern.frame;
    const bool is_key = pattern.gop != 0 ? i % pattern.gop == 0 : i == 0;
    const bool is_idr = is_key && (pattern.gop == 0 || (i / pattern.gop) % pattern.idr == 0);
    frame.sap = is_idr ? Sap::kClosed : is_key ? Sap::kOpen : Sap::kNone;
    const Cut cut =
        i == 0 ? Cut::kKey : cutter.decide(frame, bytes + pattern.frame_bytes, samples + 1);
    cutter.add(frame, cut != Cut::kNone);
    if (cut != Cut::kNone) {
      out.push_back(i);
      bytes = samples = 0;
    }
    bytes += pattern.frame_bytes;
    ++samples;
  }
  return out;
}

TEST(Cutter, CutsAtTheFirstKeyFrameAtOrAfterTheTarget) {
  Cutter cutter(4 * kSecond);
  EXPECT_THAT(cuts_of(cutter, {.frames = 401, .gop = 50}), ElementsAre(0, 100, 200, 300, 400));
  Cutter uneven(4 * kSecond);
  EXPECT_THAT(cuts_of(uneven, {.frames = 320, .gop = 75}), ElementsAre(0, 150, 300));
}

TEST(Cutter, BearsRoundedTimes) {
  // 29.97 Hz rounded down by a tick each frame: four seconds are 359 999 ticks.
  Cutter cutter(4 * kSecond);
  EXPECT_THAT(cuts_of(cutter, {.frames = 250, .gop = 60, .frame = Ticks(2999)}),
              ElementsAre(0, 120, 240));
}

TEST(Cutter, PrefersAnIdrThatIsExpectedWithinOneAndAHalfTargets) {
  // Key frames every second, an IDR every five: habit tells that one comes at 5 s.
  Cutter cutter(4 * kSecond);
  EXPECT_THAT(cuts_of(cutter, {.frames = 400, .gop = 25, .idr = 5}), ElementsAre(0, 125, 250, 375));
}

TEST(Cutter, TakesAnOpenGopWhenNoIdrComesInTime) {
  // An IDR every 8 s: the first wait is in vain, later ones only where one is in reach.
  Cutter cutter(4 * kSecond);
  EXPECT_THAT(cuts_of(cutter, {.frames = 700, .gop = 25, .idr = 8}),
              ElementsAre(0, 150, 250, 400, 500, 600));
  // Only open GOPs, as MPEG-2 broadcasts have them.
  Cutter open(4 * kSecond);
  EXPECT_THAT(cuts_of(open, {.frames = 500, .gop = 25, .idr = 1000}),
              ElementsAre(0, 150, 250, 350, 450));
}

TEST(Cutter, ClosesByForceAfter30Seconds) {
  Cutter cutter(4 * kSecond);
  EXPECT_THAT(cuts_of(cutter, {.frames = 1600, .gop = 0}), ElementsAre(0, 750, 1500));
}

TEST(Cutter, ClosesByForceAt60MiB) {
  Cutter cutter(4 * kSecond);
  EXPECT_THAT(cuts_of(cutter, {.frames = 25, .gop = 0, .frame_bytes = std::uint64_t{6} << 20}),
              ElementsAre(0, 10, 20));
}

TEST(Cutter, TargetDurationFollowsTheRuleOfGops) {
  const auto target_of = [](int gop, int frames) {
    Cutter cutter(4 * kSecond);
    cuts_of(cutter, {.frames = frames, .gop = gop});
    return cutter.target_duration();
  };
  EXPECT_EQ(target_of(25, 101), 5U);    // ceil(1.25 x 4)
  EXPECT_EQ(target_of(75, 200), 6U);    // 3 s GOPs: 2 of them
  EXPECT_EQ(target_of(250, 600), 10U);  // one GOP of 10 s
  EXPECT_EQ(Cutter(4 * kSecond).target_duration(), 5U);
  EXPECT_EQ(Cutter(Ticks(45'000)).target_duration(), 1U);
}

TEST(Cutter, ForgetsDistancesAcrossABreak) {
  Cutter cutter(4 * kSecond);
  cuts_of(cutter, {.frames = 60, .gop = 25});
  cutter.restart();
  MainFrame frame{Ticks(900'000'000), Ticks(3600), Sap::kClosed};
  cutter.add(frame, true);
  EXPECT_EQ(cutter.target_duration(), 5U);
}

}  // namespace
}  // namespace flu::hub
