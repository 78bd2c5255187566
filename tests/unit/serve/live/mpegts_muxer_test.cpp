#include "tools/serve/live/mpegts_muxer.h"

#include <gtest/gtest.h>

namespace flu::serve {
namespace {

constexpr std::int64_t kStart = 158'741'550'000'000;
constexpr std::uint8_t kSync = 0x47;

media::Tracks mpeg2_and_mp2() {
  media::Track video;
  video.id = 1;
  video.codec = media::CodecId::kMpeg2Video;
  media::Track audio;
  audio.id = 2;
  audio.kind = media::TrackKind::kAudio;
  audio.codec = media::CodecId::kMp2;
  audio.audio = {48'000, 2, 1152};
  return {video, audio};
}

class MpegtsMuxerTest : public testing::Test {
 protected:
  void add(std::uint32_t track_id, std::int64_t at, bool is_key) {
    container::Fragment fragment;
    fragment.track_id = track_id;
    fragment.samples = {{media::Timestamp(kStart + at), media::Ticks(0), media::Ticks(3600),
                         is_key ? media::Sap::kClosed : media::Sap::kNone, 0, 300}};
    fragment.payload = payload_;
    ASSERT_TRUE(muxer_.add(container::StreamUnit(std::move(fragment))));
  }
  void set_tracks(media::Tracks tracks) {
    ASSERT_TRUE(muxer_.add(container::StreamUnit(media::TracksChanged{std::move(tracks)})));
  }
  [[nodiscard]] const Buffer& chunk(std::uint64_t number) const { return **ring_.find(number); }

  Buffer payload_ = Buffer(300, 0x11);
  ChunkRing ring_{1'000'000};
  MpegtsMuxer muxer_{ring_};
};

// PID of the packet at `offset`.
unsigned pid_at(const Buffer& bytes, std::size_t offset) {
  return (bytes.at(offset + 1) & 0x1FU) << 8U | bytes.at(offset + 2);
}

TEST_F(MpegtsMuxerTest, NothingBeforeTheFirstKeyFrame) {
  set_tracks(mpeg2_and_mp2());
  add(2, 0, true);
  add(1, 0, false);
  muxer_.flush();
  EXPECT_EQ(ring_.end(), 0U);
}

TEST_F(MpegtsMuxerTest, AKeyFrameBeginsAChunkWithTables) {
  set_tracks(mpeg2_and_mp2());
  add(1, 0, true);
  add(2, 0, true);
  add(1, 3600, false);
  add(1, 7200, true);
  muxer_.flush();
  ASSERT_EQ(ring_.end(), 2U);
  EXPECT_EQ(ring_.newest_start(), 1U);
  for (std::uint64_t number : {0, 1}) {
    const Buffer& bytes = chunk(number);
    ASSERT_EQ(bytes.size() % 188, 0U);
    EXPECT_EQ(bytes[0], kSync);
    EXPECT_EQ(pid_at(bytes, 0), 0U);         // PAT
    EXPECT_EQ(pid_at(bytes, 188), 0x1000U);  // PMT
  }
}

TEST_F(MpegtsMuxerTest, FlushGivesWhatIsThere) {
  set_tracks(mpeg2_and_mp2());
  add(1, 0, true);
  muxer_.flush();
  add(1, 3600, false);
  muxer_.flush();
  muxer_.flush();
  EXPECT_EQ(ring_.end(), 2U);
  EXPECT_EQ(ring_.newest_start(), 0U);
}

TEST_F(MpegtsMuxerTest, ARadioStreamOffersAStartNowAndThen) {
  set_tracks({mpeg2_and_mp2()[1]});
  for (std::int64_t i = 0; i < 50; ++i) add(2, i * 2160, true);  // 24 ms each
  muxer_.flush();
  EXPECT_EQ(ring_.end(), 3U);  // 1.2 s, one each half second
  EXPECT_EQ(pid_at(chunk(2), 0), 0U);
}

TEST_F(MpegtsMuxerTest, OtherTracksWaitForTheirKeyFrame) {
  set_tracks(mpeg2_and_mp2());
  add(1, 0, true);
  set_tracks({mpeg2_and_mp2()[0]});
  add(1, 3600, false);
  add(2, 3600, true);
  muxer_.flush();
  EXPECT_EQ(ring_.end(), 1U);
  add(1, 7200, true);
  muxer_.flush();
  EXPECT_EQ(ring_.newest_start(), 1U);
}

TEST_F(MpegtsMuxerTest, TheSameTracksAgainChangeNothing) {
  set_tracks(mpeg2_and_mp2());
  add(1, 0, true);
  set_tracks(mpeg2_and_mp2());
  add(1, 3600, false);
  muxer_.flush();
  EXPECT_EQ(ring_.end(), 1U);
}

TEST_F(MpegtsMuxerTest, TellsOfTheEnd) {
  EXPECT_FALSE(muxer_.has_ended());
  ASSERT_TRUE(muxer_.add(container::StreamUnit(container::StreamEnd{})));
  EXPECT_TRUE(muxer_.has_ended());
}

}  // namespace
}  // namespace flu::serve
