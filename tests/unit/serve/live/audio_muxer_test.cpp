#include "tools/serve/live/audio_muxer.h"

#include <gtest/gtest.h>

namespace flu::serve {
namespace {

media::Track sound(std::uint32_t id, media::CodecId codec) {
  media::Track track;
  track.id = id;
  track.kind = media::TrackKind::kAudio;
  track.codec = codec;
  track.audio = {48'000, 2, 1152};
  if (codec == media::CodecId::kAac) track.config = {0x11, 0x90};  // AAC-LC, 48 kHz, stereo
  return track;
}

media::Track picture(std::uint32_t id) {
  media::Track track;
  track.id = id;
  track.codec = media::CodecId::kMpeg2Video;
  return track;
}

class AudioMuxerTest : public testing::Test {
 protected:
  void set_tracks(media::Tracks tracks) {
    ASSERT_TRUE(muxer_.add(container::StreamUnit(media::TracksChanged{std::move(tracks)})));
  }
  void add(std::uint32_t track_id, std::int64_t at) {
    container::Fragment fragment;
    fragment.track_id = track_id;
    fragment.samples = {
        {media::Timestamp(at), media::Ticks(0), media::Ticks(2160), media::Sap::kClosed, 0, 10}};
    fragment.payload = payload_;
    ASSERT_TRUE(muxer_.add(container::StreamUnit(std::move(fragment))));
  }

  Buffer payload_ = Buffer(10, 0x22);
  ChunkRing ring_{1'000'000};
  AudioMuxer muxer_{ring_};
};

TEST_F(AudioMuxerTest, FramesOfTheFirstSoundAndNothingElse) {
  set_tracks({picture(1), sound(2, media::CodecId::kMp2), sound(3, media::CodecId::kMp2)});
  add(1, 0);
  add(2, 0);
  add(3, 0);
  add(2, 2160);
  muxer_.flush();
  ASSERT_EQ(ring_.end(), 1U);
  EXPECT_EQ(**ring_.find(0), Buffer(20, 0x22));
  EXPECT_EQ(ring_.newest_start(), 0U);
  EXPECT_EQ(muxer_.content_type(), "audio/mpeg");
}

TEST_F(AudioMuxerTest, AacGetsItsHeaders) {
  set_tracks({sound(1, media::CodecId::kAac)});
  add(1, 0);
  muxer_.flush();
  const Buffer& chunk = **ring_.find(0);
  ASSERT_EQ(chunk.size(), 17U);
  EXPECT_EQ(chunk[0], 0xff);
  EXPECT_EQ(chunk[1] & 0xf6U, 0xf0U);
  EXPECT_EQ(muxer_.content_type(), "audio/aac");
}

TEST_F(AudioMuxerTest, AClientMayBeginEveryHalfSecond) {
  set_tracks({sound(1, media::CodecId::kMp3)});
  for (int i = 0; i < 50; ++i) add(1, i * 2160);
  muxer_.flush();
  EXPECT_EQ(ring_.end(), 3U);
  EXPECT_EQ(ring_.newest_start(), 2U);
  muxer_.restart();
  add(1, 50 * 2160);
  muxer_.flush();
  EXPECT_EQ(ring_.newest_start(), 3U);
}

TEST_F(AudioMuxerTest, SaysOnceThatTheCodecIsAnother) {
  set_tracks({sound(1, media::CodecId::kMp3)});
  EXPECT_FALSE(muxer_.take_break());
  set_tracks({sound(2, media::CodecId::kMp3)});
  EXPECT_FALSE(muxer_.take_break());
  set_tracks({sound(2, media::CodecId::kAac)});
  EXPECT_TRUE(muxer_.take_break());
  EXPECT_FALSE(muxer_.take_break());
  set_tracks({picture(1)});
  EXPECT_TRUE(muxer_.take_break());
}

TEST(RadioTrack, SaysWhyThereIsNone) {
  EXPECT_EQ(radio_track({}, {picture(1)}).error().code, ErrorCode::kNotFound);
  const auto opus = radio_track({}, {sound(1, media::CodecId::kOpus)});
  EXPECT_EQ(opus.error().code, ErrorCode::kUnsupported);
  EXPECT_NE(opus.error().message.find("opus"), std::string::npos);
}

}  // namespace
}  // namespace flu::serve
