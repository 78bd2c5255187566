#include "libcommon/container/mp4/moov.h"

#include <gtest/gtest.h>

#include "libcommon/container/mp4/boxes.h"
#include "libcommon/container/mp4/init.h"
#include "tests/support/flu_samples.h"

namespace flu::container {
namespace {

// The payload of the moov of an init.
Buffer moov_of(const media::Tracks& tracks) {
  const Buffer init = write_init(tracks);
  const auto box = find_box(init, four_cc("moov"));
  return {(*box)->payload.begin(), (*box)->payload.end()};
}

std::size_t find(const Buffer& bytes, std::string_view type) {
  return as_text(bytes).find(type);
}

TEST(Moov, ScalesWithoutOverflow) {
  EXPECT_EQ(to_90k(1024, 44'100), 2089);
  EXPECT_EQ(to_90k(-1024, 44'100), -2090);
  EXPECT_EQ(to_90k(std::int64_t{17'637'950'000'000'000}, 10'000'000), 158'741'550'000'000);
  EXPECT_GT(to_90k(std::int64_t{1} << 62, 1), media::kMaxUtc.count());
  EXPECT_LT(to_90k(INT64_MIN, 1), 0);
}

TEST(Moov, GivesForeignIdsTheLowestFreeOnes) {
  Buffer moov = moov_of({test::h264_track(1), test::aac_track(2)});
  moov[find(moov, "tkhd") + 4 + 4 + 8 + 2] = 1;  // id 257
  const auto movie = parse_movie(moov);
  ASSERT_TRUE(movie) << movie.error().message;
  EXPECT_EQ((*movie)[0].file_id, 257U);
  EXPECT_EQ((*movie)[0].track.id, 1U);
  EXPECT_EQ((*movie)[1].track.id, 2U);
}

TEST(Moov, RefusesTwoTracksOfOneId) {
  EXPECT_FALSE(parse_movie(moov_of({test::h264_track(1), test::aac_track(1)})));
}

TEST(Moov, LeavesUnknownEntriesOut) {
  Buffer moov = moov_of({test::h264_track(1), test::aac_track(2)});
  moov[find(moov, "avc1")] = 'x';
  const auto movie = parse_movie(moov);
  ASSERT_TRUE(movie);
  ASSERT_EQ(movie->size(), 2U);
  EXPECT_FALSE((*movie)[0].is_supported);
  ASSERT_EQ(supported_tracks(*movie).size(), 1U);
  EXPECT_EQ(supported_tracks(*movie).front(), test::aac_track(2));
}

TEST(Moov, RefusesImpossibleNumbers) {
  Buffer moov = moov_of({test::h264_track(1)});
  Buffer zero_scale = moov;
  std::fill_n(zero_scale.begin() + static_cast<std::ptrdiff_t>(find(moov, "mdhd")) + 16, 4, 0);
  EXPECT_FALSE(parse_movie(zero_scale));
  Buffer short_lengths = moov;
  short_lengths[find(moov, "avcC") + 4 + 4] = 0xFD;
  EXPECT_TRUE(parse_movie(short_lengths));  // 2: rewritten later
  short_lengths[find(moov, "avcC") + 4 + 4] = 0xFE;
  EXPECT_EQ(parse_movie(short_lengths).error().code, ErrorCode::kMalformed);
  media::Tracks many;
  for (std::uint32_t id = 1; id <= 65; ++id) {
    many.push_back(test::aac_track(id));
  }
  EXPECT_EQ(parse_movie(moov_of(many)).error().code, ErrorCode::kLimitExceeded);
  many.resize(63);
  EXPECT_EQ(parse_movie(moov_of(many)).value().size(), 63U);
}

// An edts with those edits in front of what a trak holds.
Buffer with_edits(const std::vector<std::pair<std::uint32_t, std::int32_t>>& edits) {
  Buffer moov;
  ByteWriter out(moov);
  const Buffer plain = moov_of({test::h264_track(1)});
  const auto mvhd = find_box(plain, four_cc("mvhd"));
  const auto trak = find_box(plain, four_cc("trak"));
  {
    const BoxScope box(out, four_cc("mvhd"));
    out.bytes((*mvhd)->payload);
  }
  {
    const BoxScope box(out, four_cc("trak"));
    out.bytes((*trak)->payload);
    const BoxScope edts(out, four_cc("edts"));
    const BoxScope elst(out, four_cc("elst"), 0, 0);
    out.u32(static_cast<std::uint32_t>(edits.size()));
    for (const auto& [duration, time] : edits) {
      out.u32(duration);
      out.u32(static_cast<std::uint32_t>(time));
      out.u32(0x0001'0000);
    }
  }
  return moov;
}

TEST(Moov, EditListsMoveATrack) {
  const auto offset = [](const Buffer& moov) {
    return parse_movie(moov).value().front().time_offset.count();
  };
  EXPECT_EQ(offset(with_edits({{0, 7200}})), -7200);
  EXPECT_EQ(offset(with_edits({{90'000, -1}, {0, 7200}})), 82'800);
  EXPECT_EQ(offset(with_edits({})), 0);
  EXPECT_FALSE(parse_movie(with_edits({{0, -5}})));
  EXPECT_FALSE(parse_movie(with_edits({{0xFFFF'FFFF, -1}, {0xFFFF'FFFF, -1}})));
}

}  // namespace
}  // namespace flu::container
