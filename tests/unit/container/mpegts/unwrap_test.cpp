#include "libcommon/container/mpegts/unwrap.h"

#include <gtest/gtest.h>

namespace flu::container::mpegts {
namespace {

using media::Ticks;
using media::Timestamp;

constexpr std::int64_t kWrap = std::int64_t{1} << 33;

std::uint64_t raw(std::int64_t time) {
  return static_cast<std::uint64_t>(time) & kTimestampMask;
}

TEST(Unwrapper, TheFirstTimeIsTakenAsItIs) {
  Unwrapper unwrapper;
  Unwrapper::Last last;
  EXPECT_EQ(unwrapper.unwrap(raw(kWrap - 5), last, Unwrapper::Role::kMain), Timestamp{kWrap - 5});
}

TEST(Unwrapper, GoesOnPastTheWrap) {
  Unwrapper unwrapper;
  Unwrapper::Last last;
  std::int64_t time = kWrap - 10'000;
  for (int i = 0; i < 10; ++i, time += 3600) {
    EXPECT_EQ(unwrapper.unwrap(raw(time), last, Unwrapper::Role::kMain), Timestamp{time});
  }
}

TEST(Unwrapper, TracksStayTogetherWhenOneWrapsFirst) {
  Unwrapper unwrapper;
  Unwrapper::Last video;
  Unwrapper::Last audio;
  EXPECT_EQ(unwrapper.unwrap(raw(kWrap - 100), audio, Unwrapper::Role::kOther),
            Timestamp{kWrap - 100});
  EXPECT_EQ(unwrapper.unwrap(raw(kWrap + 200), video, Unwrapper::Role::kMain),
            Timestamp{kWrap + 200});
  EXPECT_EQ(unwrapper.unwrap(raw(kWrap - 50), audio, Unwrapper::Role::kOther),
            Timestamp{kWrap - 50});
}

TEST(Unwrapper, ABackwardJumpStaysOne) {
  Unwrapper unwrapper;
  Unwrapper::Last last;
  const std::int64_t start = 5'000'000;
  unwrapper.unwrap(raw(start), last, Unwrapper::Role::kMain);
  EXPECT_EQ(unwrapper.unwrap(raw(start - 900'000), last, Unwrapper::Role::kMain),
            Timestamp{start - 900'000});
}

TEST(Unwrapper, OtherTracksFollowAJumpOfTheMainOne) {
  Unwrapper unwrapper;
  Unwrapper::Last video;
  Unwrapper::Last audio;
  unwrapper.unwrap(raw(0), video, Unwrapper::Role::kMain);
  unwrapper.unwrap(raw(0), audio, Unwrapper::Role::kOther);
  // Just over half the range: nearer the other way round.
  const std::int64_t jump = kWrap / 2 + 1000;
  const Timestamp moved = unwrapper.unwrap(raw(jump), video, Unwrapper::Role::kMain);
  EXPECT_EQ(moved, Timestamp{jump - kWrap});
  EXPECT_EQ(unwrapper.unwrap(raw(jump - 2000), audio, Unwrapper::Role::kOther),
            moved - Ticks{2000});
}

TEST(Unwrapper, ATrackWithAClockOfItsOwnDoesNotMoveTheOthers) {
  Unwrapper unwrapper;
  Unwrapper::Last video;
  Unwrapper::Last odd;
  for (std::int64_t i = 0; i < 100; ++i) {
    EXPECT_EQ(unwrapper.unwrap(raw(i * 3600), video, Unwrapper::Role::kMain), Timestamp{i * 3600});
    unwrapper.unwrap(raw(i * 3600 + kWrap / 2 - 1), odd, Unwrapper::Role::kOther);
  }
}

TEST(Unwrapper, NothingIsPlacedBesideAFollower) {
  Unwrapper unwrapper;
  Unwrapper::Last page;
  Unwrapper::Last video;
  unwrapper.unwrap(raw(kWrap - 100), page, Unwrapper::Role::kFollower);
  EXPECT_FALSE(unwrapper.reference());
  EXPECT_EQ(unwrapper.unwrap(raw(7), video, Unwrapper::Role::kMain), Timestamp{7});
  EXPECT_EQ(unwrapper.reference(), Timestamp{7});
}

TEST(UnwrapNear, EitherSide) {
  const Timestamp reference{3 * kWrap + 7};
  EXPECT_EQ(unwrap_near(8, reference), Timestamp{3 * kWrap + 8});
  EXPECT_EQ(unwrap_near(6, reference), Timestamp{3 * kWrap + 6});
  EXPECT_EQ(unwrap_near(kTimestampMask, reference), Timestamp{3 * kWrap - 1});
  EXPECT_EQ(unwrap_near(kTimestampMask, Timestamp{0}), Timestamp{-1});
}

}  // namespace
}  // namespace flu::container::mpegts
