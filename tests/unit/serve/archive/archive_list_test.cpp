#include "tools/serve/archive/archive_list.h"

#include <gtest/gtest.h>

#include "tools/serve/live/playlist.h"

namespace flu::serve {
namespace {

using segment::IndexRecord;

constexpr std::int64_t kStart = 158'741'550'000'000;  // 2025-11-22T07:03:20Z
constexpr std::int64_t kSecond = 90'000;

media::Timestamp at(double seconds) {
  return media::Timestamp(kStart + static_cast<std::int64_t>(seconds * kSecond));
}

// Of 4 s, the number-th from kStart on.
IndexRecord record(std::uint32_t number, double later = 0) {
  IndexRecord out;
  out.sap = 1;
  out.seq = 100 + number;
  out.disc_seq = 5;
  out.start = at(4.0 * number + later);
  out.duration = 4 * kSecond;
  return out;
}

Records records(std::uint32_t from, std::uint32_t to, double later = 0) {
  Records out;
  for (std::uint32_t i = from; i < to; ++i) out.push_back(record(i, later));
  return out;
}

std::vector<std::uint32_t> numbers(std::span<const IndexRecord> of) {
  std::vector<std::uint32_t> out;
  for (const IndexRecord& one : of) out.push_back(one.seq - 100);
  return out;
}

using Numbers = std::vector<std::uint32_t>;

constexpr segment::TimeRange kAlways{media::Timestamp(0), media::kMaxUtc};

TEST(ArchiveList, TheWindowGoesOnWhereTheArchiveEnds) {
  EXPECT_EQ(numbers(join(records(0, 4), records(2, 6), kAlways)), (Numbers{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(numbers(join({}, records(2, 4), kAlways)), (Numbers{2, 3}));
  EXPECT_EQ(numbers(join(records(0, 2), {}, kAlways)), (Numbers{0, 1}));
}

TEST(ArchiveList, TheWindowFillsHoles) {
  Records recorded = records(0, 5);
  recorded.erase(recorded.begin() + 3);
  EXPECT_EQ(numbers(join(recorded, records(2, 6), kAlways)), (Numbers{0, 1, 2, 3, 4, 5}));
}

TEST(ArchiveList, TheArchivesSegmentCountsWhereBothHaveOne) {
  Records window = records(0, 3);
  window[1].start += media::Ticks(kSecond);
  const Records joined = join(records(0, 3), window, kAlways);
  ASSERT_EQ(joined.size(), 3U);
  EXPECT_EQ(joined[1].start, at(4));
}

TEST(ArchiveList, OfTheWindowOnlyWhatIsAskedFor) {
  EXPECT_EQ(numbers(join({}, records(0, 9), {at(5), at(12)})), (Numbers{1, 2}));
}

TEST(ArchiveList, ATimeshiftedListReachesAhead) {
  const Records all = records(0, 30);
  const auto shown = shown_at(all, at(42), reach_of(4));
  EXPECT_EQ(numbers(shown), (Numbers{8, 9, 10, 11, 12, 13}));
  // At each moment it goes on.
  std::uint32_t last = 0;
  for (double moment = 0; moment < 120; moment += 0.5) {
    const auto some = shown_at(all, at(moment), reach_of(4));
    ASSERT_FALSE(some.empty()) << moment;
    EXPECT_GE(some.front().seq, last);
    last = some.front().seq;
  }
}

TEST(ArchiveList, InAGapNothingIsShown) {
  Records all = records(0, 5);
  for (const IndexRecord& one : records(5, 10, 10)) all.push_back(one);  // a gap of 10 s
  EXPECT_EQ(numbers(shown_at(all, at(19), reach_of(4))), (Numbers{2, 3, 4}));
  EXPECT_TRUE(shown_at(all, at(20), reach_of(4)).empty());
  EXPECT_TRUE(shown_at(all, at(28.9), reach_of(4)).empty());
  EXPECT_EQ(numbers(shown_at(all, at(30), reach_of(4))), (Numbers{5, 6, 7}));
  EXPECT_TRUE(shown_at(all, at(50), reach_of(4)).empty());
  EXPECT_EQ(numbers(shown_at(all, at(-0.9), reach_of(4))), (Numbers{0, 1, 2}));
  EXPECT_TRUE(shown_at(all, at(-1), reach_of(4)).empty());
  EXPECT_TRUE(shown_at({}, at(0), reach_of(4)).empty());
}

TEST(ArchiveList, LostFramesAreNoGap) {
  Records all = records(0, 5);
  for (const IndexRecord& one : records(5, 10, 0.5)) all.push_back(one);
  EXPECT_EQ(numbers(shown_at(all, at(20.2), reach_of(4))), (Numbers{3, 4, 5, 6, 7}));
}

// A player counts segments: what is beyond a jump in the numbers is another list.
TEST(ArchiveList, AListHasNoHoleInItsNumbers) {
  Records all = records(0, 5);
  for (IndexRecord one : records(5, 10)) {
    one.seq += 1000;
    all.push_back(one);
  }
  EXPECT_EQ(shown_at(all, at(19), reach_of(4)).back().seq, 104U);
  EXPECT_EQ(shown_at(all, at(20), reach_of(4)).front().seq, 1105U);
}

TEST(ArchiveList, OverGapsWhatWasWatchedCounts) {
  Records all = records(0, 5);
  for (const IndexRecord& one : records(5, 10, 1000)) all.push_back(one);
  EXPECT_EQ(numbers(shown_after(all, media::Ticks(0), reach_of(4))), (Numbers{0, 1, 2}));
  EXPECT_EQ(numbers(shown_after(all, media::Ticks(18 * kSecond), reach_of(4))),
            (Numbers{2, 3, 4, 5, 6, 7}));
  const auto end = shown_after(all, media::Ticks(9000 * kSecond), reach_of(4));
  EXPECT_EQ(numbers(end), (Numbers{7, 8, 9}));
  EXPECT_TRUE(shown_after({}, media::Ticks(0), reach_of(4)).empty());
}

media::Tracks video() {
  media::Track track;
  track.id = 1;
  return {track};
}

TEST(ArchiveList, BreaksAreDiscontinuities) {
  const media::Tracks tracks = video();
  Records all = records(0, 8);
  for (std::size_t i = 2; i < all.size(); ++i) all[i].start += media::Ticks(kSecond);  // a gap
  for (std::size_t i = 3; i < all.size(); ++i) all[i].init_hash = 7;
  all[4].flags = segment::kDiscont;
  for (std::size_t i = 5; i < all.size(); ++i) all[i].disc_seq = 6;
  all[6].init_hash = 9;  // cannot be read
  const auto tracks_of = [&](const IndexRecord& one) {
    return one.init_hash == 9 ? nullptr : &tracks;
  };
  auto list = make_recorded_playlist(all, tracks_of, Route{});
  ASSERT_TRUE(list);
  std::vector<bool> breaks;
  for (const auto& segment : list->segments) breaks.push_back(segment.is_discontinuity);
  EXPECT_EQ(breaks, (std::vector<bool>{false, false, true, true, true, true, true}));
  EXPECT_EQ(list->discontinuity_sequence, 0U);
  EXPECT_EQ(list->media_sequence, 100U);
  EXPECT_EQ(list->segments[0].uri, "tracks-v1/2025/11/22/07/03/20000-04000.ts");
  drop_front(*list, 4);
  EXPECT_EQ(list->media_sequence, 104U);
  EXPECT_EQ(list->discontinuity_sequence, 2U);
  EXPECT_EQ(list->segments.size(), 3U);
  drop_front(*list, 9);
  EXPECT_TRUE(list->segments.empty());
}

TEST(ArchiveList, TheTargetIsRoundedUp) {
  Records all = records(0, 2);
  EXPECT_EQ(longest(all, 1), 4U);
  EXPECT_EQ(longest(all, 6), 6U);
  all[1].duration += 1;
  EXPECT_EQ(longest(all, 1), 5U);
  EXPECT_EQ(longest({}, 2), 2U);
}

}  // namespace
}  // namespace flu::serve
