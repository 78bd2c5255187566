#include "tools/segment/numbering.h"

#include <gtest/gtest.h>

namespace flu::hub {
namespace {

constexpr media::Timestamp kStart{158'741'550'045'000};  // 1763795000.5 s

container::FragmentInfo told(std::uint32_t seq, std::uint32_t disc_seq, std::uint32_t flags = 0) {
  container::FragmentInfo info;
  info.seq = seq;
  info.disc_seq = disc_seq;
  info.flags = flags | container::kCut;
  return info;
}

segment::IndexRecord record(std::uint32_t seq, std::uint32_t disc_seq) {
  segment::IndexRecord out;
  out.seq = seq;
  out.disc_seq = disc_seq;
  return out;
}

TEST(Numbering, StartsAtTheUtcSecond) {
  Numbering numbering;
  numbering.mark_discontinuity();
  const auto first = numbering.next(kStart, nullptr);
  EXPECT_EQ(first.seq, 1'763'795'000U);
  EXPECT_EQ(first.disc_seq, 468'423U) << "minutes since 2025: hls.js walks an array of that size";
  EXPECT_FALSE(first.is_discontinuity);
  const auto second = numbering.next(kStart, nullptr);
  EXPECT_EQ(second.seq, first.seq + 1);
  EXPECT_EQ(second.disc_seq, first.disc_seq);
}

TEST(Numbering, CountsEachDiscontinuityOnce) {
  Numbering numbering;
  const auto first = numbering.next(kStart, nullptr);
  numbering.mark_discontinuity();
  numbering.mark_discontinuity();
  const auto second = numbering.next(kStart, nullptr);
  EXPECT_TRUE(second.is_discontinuity);
  EXPECT_EQ(second.disc_seq, first.disc_seq + 1);
  EXPECT_FALSE(numbering.next(kStart, nullptr).is_discontinuity);
}

TEST(Numbering, GoesOnAfterARestartWithADiscontinuity) {
  Numbering numbering;
  numbering.resume(record(77, 5));
  EXPECT_EQ(numbering.last_seq(), 77U);
  const auto next = numbering.next(kStart, nullptr);
  EXPECT_EQ(next.seq, 78U);
  EXPECT_EQ(next.disc_seq, 6U);
  EXPECT_TRUE(next.is_discontinuity);
}

TEST(Numbering, TakesOverTheNumbersOfTheHubBefore) {
  Numbering numbering;
  const auto info = told(1000, 50, container::kDiscont);
  const auto first = numbering.next(kStart, &info);
  EXPECT_EQ(first.seq, 1000U);
  EXPECT_EQ(first.disc_seq, 50U);
  EXPECT_TRUE(first.is_discontinuity);
  numbering.mark_discontinuity();  // a lost connection is a hole, not a break of the stream
  const auto later = told(1003, 50);
  const auto next = numbering.next(kStart, &later);
  EXPECT_EQ(next.seq, 1003U);
  EXPECT_FALSE(next.is_discontinuity);
}

TEST(Numbering, NeverGoesBackForAHubThatCountsLower) {
  Numbering numbering;
  numbering.resume(record(2000, 60));
  const auto lower = told(1000, 50);
  const auto first = numbering.next(kStart, &lower);
  EXPECT_EQ(first.seq, 2001U);
  EXPECT_EQ(first.disc_seq, 61U);
  const auto second = numbering.next(kStart, &lower);
  EXPECT_EQ(second.seq, 2002U);
  EXPECT_FALSE(second.is_discontinuity);
  const auto higher = told(3000, 50);
  const auto third = numbering.next(kStart, &higher);
  EXPECT_EQ(third.seq, 3000U);
  EXPECT_EQ(third.disc_seq, 61U);
}

}  // namespace
}  // namespace flu::hub
