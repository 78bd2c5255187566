#include "tools/serve/live/ts_pids.h"

#include <set>

#include <gtest/gtest.h>

namespace flu::serve {
namespace {

using Pids = std::map<std::uint32_t, std::uint16_t>;

media::Tracks tracks_of(const std::vector<std::pair<std::uint32_t, media::TrackKind>>& kinds) {
  media::Tracks tracks;
  for (const auto& [id, kind] : kinds) {
    media::Track track;
    track.id = id;
    track.kind = kind;
    tracks.push_back(track);
  }
  return tracks;
}

media::Tracks usual() {
  return tracks_of({{1, media::TrackKind::kVideo},
                    {2, media::TrackKind::kAudio},
                    {5, media::TrackKind::kAudio}});
}

TEST(TsPids, WithoutWishesByTheIds) {
  const auto options = assign_pids({}, usual());
  EXPECT_EQ(options.pmt_pid, 0x1000);
  EXPECT_EQ(options.sdt_pid, 0x11);
  EXPECT_EQ(options.splice_pid, 0x200);
  EXPECT_EQ(options.track_pids, (Pids{{1, 0x100}, {2, 0x101}, {5, 0x104}}));
}

TEST(TsPids, WishesAndBases) {
  const auto options =
      assign_pids({{"pmt", 4095}, {"sdt", 0x12}, {"v1", 211}, {"a0", 220}, {"a2", 300}}, usual());
  EXPECT_EQ(options.pmt_pid, 4095);
  EXPECT_EQ(options.sdt_pid, 0x12);
  EXPECT_EQ(options.track_pids, (Pids{{1, 211}, {2, 221}, {5, 300}}));
}

TEST(TsPids, WhatIsTakenGoesToTheNextFreeOne) {
  // v1 has the place of SCTE-35, a1 that of the PMT, and a base leads to both.
  const auto options = assign_pids({{"v1", 0x200}, {"a1", 0x1000}, {"a0", 0x1FE}}, usual());
  EXPECT_EQ(options.track_pids, (Pids{{1, 0x200}, {2, 0x1000}, {5, 0x202}}));
  EXPECT_EQ(options.splice_pid, 0x201);
  EXPECT_EQ(options.pmt_pid, 0x1001);
}

TEST(TsPids, NoTwoAreTheSame) {
  media::Tracks many;
  for (std::uint32_t i = 0; i < 60; ++i) {
    media::Track track;
    track.id = i * 250 + 1;  // far beyond what PIDs there are
    track.kind = i % 2 == 0 ? media::TrackKind::kVideo : media::TrackKind::kAudio;
    many.push_back(track);
  }
  const auto options = assign_pids({{"v0", 8000}, {"a0", 8000}}, many);
  std::set<std::uint16_t> all{options.pmt_pid, options.sdt_pid, options.splice_pid};
  for (const auto& [id, pid] : options.track_pids) {
    EXPECT_GE(pid, 0x20);
    EXPECT_LT(pid, 0x1FFF);
    all.insert(pid);
  }
  EXPECT_EQ(all.size(), 63U);
}

TEST(TsPids, KeysTellWishesApart) {
  EXPECT_EQ(write_pids({}), "");
  EXPECT_NE(write_pids({{"v1", 211}}), write_pids({{"v1", 212}}));
}

}  // namespace
}  // namespace flu::serve
