#include "libcommon/codec/media_info.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace flu::codec {
namespace {

media::Track video_track(media::CodecId codec, Buffer config) {
  media::Track track;
  track.id = 1;
  track.codec = codec;
  track.config = std::move(config);
  track.video.width = 320;
  track.video.height = 240;
  return track;
}

TEST(MediaInfo, HasTheDocumentedFields) {
  auto video = video_track(media::CodecId::kH264, {1, 66, 0xC0, 21, 0xFF});
  video.video.rate_num = 25;
  media::Track audio;
  audio.id = 2;
  audio.kind = media::TrackKind::kAudio;
  audio.codec = media::CodecId::kAac;
  audio.language = "eng";
  audio.audio = {48'000, 2, 1024};
  EXPECT_EQ(media_info({video, audio}, {{1, {115'400, 0}}, {2, {25'000, 0}}}),
            nlohmann::json::parse(R"({"width": 320, "height": 240, "streams": [
              {"content": "video", "codec": "h264", "track_id": "v1", "size": "320x240",
               "bitrate": 115, "fps": 25.0, "width": 320, "height": 240, "pixel_width": 320,
               "pixel_height": 240, "sar_width": 1, "sar_height": 1, "length_size": 4,
               "profile": "Baseline", "level": "2.1"},
              {"content": "audio", "codec": "aac", "track_id": "a1", "lang": "eng", "bitrate": 25,
               "sample_rate": 48000, "channels": 2}]})"));
}

TEST(MediaInfo, WidthIsThatOfThePictureAsShown) {
  auto video = video_track(media::CodecId::kMpeg2Video, {});
  video.video = {720, 576, 64, 45, 25, 1, true};
  const auto info = media_info({video});
  EXPECT_EQ(info["width"], 1024);
  EXPECT_EQ(info["streams"][0]["size"], "1024x576");
  EXPECT_EQ(info["streams"][0]["pixel_width"], 720);
  EXPECT_FALSE(info["streams"][0].contains("bitrate"));
  EXPECT_FALSE(info["streams"][0].contains("length_size"));
}

TEST(MediaInfo, FrameRateIsMeasuredWhereTheStreamDoesNotSay) {
  auto video = video_track(media::CodecId::kH264, {});
  EXPECT_FALSE(media_info({video})["streams"][0].contains("fps"));
  EXPECT_EQ(media_info({video}, {{1, {0, 24.9996}}})["streams"][0]["fps"], 25.0);
}

TEST(MediaInfo, ProfilesAndLevels) {
  const auto both = [](const media::Track& track) {
    return profile_name(track) + " " + level_name(track);
  };
  EXPECT_EQ(both(video_track(media::CodecId::kH264, {1, 100, 0, 40})), "High 4.0");
  EXPECT_EQ(both(video_track(media::CodecId::kH264, {1, 66, 0x10, 11})), "Baseline 1b");
  EXPECT_EQ(both(video_track(media::CodecId::kH264, {1, 100, 0x10, 11})), "High 1.1");
  EXPECT_EQ(both(video_track(media::CodecId::kH264, {1, 99, 0, 11})), " 1.1");
  Buffer hevc(23, 0);
  hevc[1] = 0x22;
  hevc[12] = 123;
  EXPECT_EQ(both(video_track(media::CodecId::kHevc, hevc)), "Main 10 4.1");
  EXPECT_EQ(both(video_track(media::CodecId::kMpeg2Video, {0, 0, 1, 0xB5, 0x14, 0x8A, 0})),
            "Main Main");
}

TEST(MediaInfo, CutConfigurationsAreNoFault) {
  for (std::size_t size = 0; size < 24; ++size) {
    for (const auto codec :
         {media::CodecId::kH264, media::CodecId::kHevc, media::CodecId::kMpeg2Video}) {
      media_info({video_track(codec, Buffer(size, 0))});
    }
  }
}

}  // namespace
}  // namespace flu::codec
