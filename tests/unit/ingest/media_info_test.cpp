#include "tools/ingest/media_info.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace flu::ingest {
namespace {

TEST(MediaInfo, HasTheFormOfTheHttpApi) {
  media::Track video;
  video.id = 1;
  video.kind = media::TrackKind::kVideo;
  video.codec = media::CodecId::kHevc;
  video.video = {1280, 720, 1, 1, 30'000, 1001, false};
  media::Track audio;
  audio.id = 2;
  audio.kind = media::TrackKind::kAudio;
  audio.codec = media::CodecId::kAc3;
  audio.language = "deu";
  audio.audio = {48'000, 6, 1536};
  media::Track second = audio;
  second.language = "und";
  media::Track text;
  text.kind = media::TrackKind::kSubtitle;
  text.codec = media::CodecId::kTeletext;

  const auto info = media_info({video, audio, second, text});
  EXPECT_EQ(info["width"], 1280);
  EXPECT_EQ(info["height"], 720);
  ASSERT_EQ(info["streams"].size(), 4U);
  EXPECT_EQ(info["streams"][0]["track_id"], "v1");
  EXPECT_EQ(info["streams"][0]["content"], "video");
  EXPECT_EQ(info["streams"][0]["codec"], "hevc");
  EXPECT_EQ(info["streams"][0]["size"], "1280x720");
  EXPECT_DOUBLE_EQ(info["streams"][0]["fps"], 29.97);
  EXPECT_EQ(info["streams"][1]["track_id"], "a1");
  EXPECT_EQ(info["streams"][1]["lang"], "deu");
  EXPECT_EQ(info["streams"][1]["channels"], 6);
  EXPECT_EQ(info["streams"][2]["track_id"], "a2");
  EXPECT_FALSE(info["streams"][2].contains("lang"));
  EXPECT_EQ(info["streams"][3]["track_id"], "t1");
  EXPECT_EQ(info["streams"][3]["content"], "text");
}

TEST(MediaInfo, OfNothingIsEmpty) {
  EXPECT_TRUE(media_info({})["streams"].empty());
  EXPECT_FALSE(media_info({}).contains("width"));
}

}  // namespace
}  // namespace flu::ingest
