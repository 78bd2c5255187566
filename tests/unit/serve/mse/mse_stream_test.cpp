#include "tools/serve/mse/mse_stream.h"

#include <gtest/gtest.h>

#include "tests/unit/serve/mse/mse_samples.h"

namespace flu::serve {
namespace {

TEST(MseStream, ListsVideosFirstAndOnlyWhatBrowsersPlay) {
  MseStream stream(1'000'000);
  EXPECT_EQ(stream.program(), nullptr);
  set_mse_tracks(stream, mse_tracks());
  std::string names;
  for (const MseTrack& track : stream.program()->tracks) names += track.name + " ";
  EXPECT_EQ(names, "v1 v2 a1 a3 ");
  EXPECT_EQ(stream.program()->find('a', 3), 4U);
  EXPECT_EQ(stream.program()->find('a', 2), 0U);
  EXPECT_EQ(stream.program()->tracks[0].mime_type, "video/mp4; codecs=\"avc1.42c01e\"");
}

TEST(MseStream, AMessageIsAFrameOfOneTrackByItsPlace) {
  MseStream stream(1'000'000);
  set_mse_tracks(stream, mse_tracks());
  add_mse_frame(stream, 3, 0, true);  // nobody plays it
  add_mse_frame(stream, 4, 0, true);
  ASSERT_EQ(stream.end(), 1U);
  const MseFrame& frame = *stream.find(0);
  EXPECT_EQ(frame.track, 2U);
  const Buffer& bytes = *frame.bytes;
  EXPECT_EQ(bytes.at(0), 0x82);  // a whole binary message
  EXPECT_EQ(bytes.at(1), 126);
  EXPECT_EQ(std::size_t{bytes.at(2)} * 256 + bytes.at(3), bytes.size() - 4);
  EXPECT_EQ(bytes.at(4 + 47), 2);
}

TEST(MseStream, FindsWhereATrackCanBegin) {
  MseStream stream(1'000'000);
  set_mse_tracks(stream, mse_tracks());
  add_mse_frame(stream, 2, 0, true);
  add_mse_frame(stream, 4, 0, true);
  add_mse_frame(stream, 2, 4, false);
  add_mse_frame(stream, 2, 8, true);
  EXPECT_EQ(stream.newest_key(1), 3U);
  EXPECT_EQ(stream.newest_key(2), 1U);
  EXPECT_EQ(stream.key_before(1, 2), 0U);
  EXPECT_EQ(stream.key_before(2, 0), std::nullopt);
  stream.trim(4);
  EXPECT_EQ(stream.first(), 1U);  // the other picture still begins there
  stream.restart();
  EXPECT_EQ(stream.newest_key(1), std::nullopt);
  EXPECT_EQ(stream.key_before(1, 3), std::nullopt);
}

TEST(MseStream, KeepsNoMoreThanItMay) {
  MseStream stream(1'000);
  set_mse_tracks(stream, mse_tracks());
  for (int i = 0; i < 20; ++i) add_mse_frame(stream, 2, 4 * i, i == 0);
  EXPECT_LE(stream.bytes(), 1'000U);
  EXPECT_EQ(stream.end(), 20U);
  EXPECT_EQ(stream.newest_key(1), std::nullopt);
}

TEST(MseStream, TellsBitRatesOnceItCan) {
  MseStream stream(1'000'000);
  set_mse_tracks(stream, mse_tracks());
  add_mse_frame(stream, 2, 0, true);
  EXPECT_EQ(stream.bit_rate(1), 0U);
  for (int i = 1; i < 25; ++i) add_mse_frame(stream, 2, 4 * i, false);
  EXPECT_NEAR(static_cast<double>(stream.bit_rate(1)), (100.0 + 152) * 25 * 8, 3000);
}

}  // namespace
}  // namespace flu::serve
