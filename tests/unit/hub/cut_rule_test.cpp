#include "tools/segment/cut_rule.h"

#include <array>

#include <gtest/gtest.h>

#include "tools/segment/limits.h"

namespace flu::hub {
namespace {

using media::Ticks;

constexpr Ticks kTarget{4 * 90'000};
constexpr Ticks kFrame{3600};
constexpr int kGop = 25;

// A second of video a group of pictures.
class Frames {
 public:
  // The next frame, `flags` and `seq` being what its fragment says.
  Run next(std::uint32_t flags = 0, std::uint32_t seq = 0) {
    sample_[0].dts = media::Timestamp(0) + kFrame * count_;
    sample_[0].duration = kFrame;
    sample_[0].sap = count_ % kGop == 0 ? media::Sap::kClosed : media::Sap::kNone;
    ++count_;
    info_.flags = flags;
    info_.seq = seq;
    Run run;
    run.samples = sample_;
    run.info = &info_;
    return run;
  }

 private:
  int count_ = 0;
  std::array<container::SampleEntry, 1> sample_{};
  container::FragmentInfo info_;
};

container::FragmentInfo told(std::uint32_t source, std::uint32_t flags = 0, std::uint32_t seq = 0) {
  container::FragmentInfo info;
  info.source = source;
  info.flags = flags;
  info.seq = seq;
  return info;
}

// How many frames are taken until one is cut at; the first is the start.
int frames_to_cut(CutRule& rule, Frames& frames, int most = 1000) {
  for (int i = 1; i < most; ++i) {
    const auto run = frames.next();
    if (rule.decide(run, 1000, static_cast<std::size_t>(i)) != Cut::kNone) return i;
    rule.add(run, false);
  }
  return 0;
}

CutRule started(Frames& frames, std::uint32_t source = 1) {
  CutRule rule(kTarget);
  rule.note(told(source));
  rule.add(frames.next(), true);
  return rule;
}

TEST(CutRule, CutsAtTheTarget) {
  Frames frames;
  CutRule rule = started(frames);
  EXPECT_EQ(frames_to_cut(rule, frames), 4 * kGop);
}

TEST(CutRule, AnotherSourceIsCutAtItsFirstKeyFrame) {
  Frames frames;
  CutRule rule = started(frames);
  rule.add(frames.next(), false);
  rule.note(told(2));
  EXPECT_EQ(rule.source(), 2U);
  EXPECT_EQ(frames_to_cut(rule, frames), kGop - 1);
}

TEST(CutRule, TheSlateIsAnotherSource) {
  Frames frames;
  CutRule rule = started(frames);
  rule.note(told(1, container::kSlate));
  EXPECT_EQ(frames_to_cut(rule, frames), kGop);
  rule.add(frames.next(), true);
  rule.note(told(1, container::kSlate));
  EXPECT_GT(frames_to_cut(rule, frames), kGop);
}

TEST(CutRule, ABreakIsCutAtTheNextKeyFrame) {
  Frames frames;
  CutRule rule = started(frames);
  rule.cut_soon();
  EXPECT_EQ(frames_to_cut(rule, frames), kGop);
}

TEST(CutRule, ACutForAnotherReasonIsEnough) {
  Frames frames;
  CutRule rule = started(frames);
  rule.note(told(2));
  rule.restart();
  EXPECT_GT(frames_to_cut(rule, frames), kGop);
}

TEST(CutRule, WhatAHubHasCutIsCutThereAndNowhereElse) {
  Frames frames;
  CutRule rule(kTarget);
  rule.note(told(1, container::kCut, 7));
  EXPECT_TRUE(rule.is_numbered());
  EXPECT_FALSE(rule.may_start(frames.next(0, 7))) << "a key frame that begins no segment";
  for (int i = 1; i < kGop; ++i) frames.next(0, 7);
  const auto first = frames.next(container::kCut, 7);
  EXPECT_TRUE(rule.may_start(first));
  rule.add(first, true);
  rule.note(told(2, 0, 7));  // nor for another source
  for (int i = 1; i < 6 * kGop; ++i) {
    const auto run = frames.next(0, 7);
    ASSERT_EQ(rule.decide(run, 1000, 1), Cut::kNone) << i;
    rule.add(run, false);
  }
  EXPECT_EQ(rule.decide(frames.next(container::kCut, 8), 1000, 1), Cut::kKey);
}

TEST(CutRule, NoHubMakesASegmentTooLarge) {
  Frames frames;
  CutRule rule(kTarget);
  rule.note(told(1, container::kCut, 7));
  rule.add(frames.next(container::kCut, 7), true);
  EXPECT_EQ(rule.decide(frames.next(0, 7), kMaxSegmentBytes + 1, 2), Cut::kForced);
}

TEST(CutRule, AProducerOfItsOwnStartsAtAnyKeyFrame) {
  Frames frames;
  CutRule rule(kTarget);
  rule.note(told(1, container::kCut, 7));
  rule.begin_source();
  EXPECT_FALSE(rule.is_numbered());
  EXPECT_TRUE(rule.may_start(frames.next()));
  EXPECT_FALSE(rule.may_start(frames.next()));
}

}  // namespace
}  // namespace flu::hub
