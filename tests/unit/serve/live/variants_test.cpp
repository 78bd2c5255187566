#include "tools/serve/live/variants.h"

#include <chrono>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flu::serve {
namespace {

using media::CodecId;
using media::TrackKind;
using testing::ElementsAre;
using testing::IsEmpty;

media::Track video(std::uint32_t id, std::uint32_t width) {
  media::Track track;
  track.id = id;
  track.config = {1, 0x64, 0, 0x1F, 0xFF, 0xE0, 0};  // avcC: High, level 3.1
  track.video.width = width;
  track.video.height = width * 9 / 16;
  track.video.rate_num = 25;
  return track;
}

media::Track audio(std::uint32_t id, const char* language, CodecId codec = CodecId::kAc3) {
  media::Track track;
  track.id = id;
  track.kind = TrackKind::kAudio;
  track.codec = codec;
  track.language = language;
  track.audio.channels = 2;
  return track;
}

VariantSource source_of(const media::Tracks& all) {
  VariantSource source;
  source.all = &all;
  source.tracks = all;
  source.target = std::chrono::seconds(4);
  manifest::SegmentSizes sizes;
  sizes.duration = std::chrono::seconds(4);
  for (const auto& track : all) {
    sizes.tracks.push_back({track.id, 100, 400'000, 500'000 * std::uint64_t{track.id}});
  }
  source.segments.assign(3, sizes);
  return source;
}

std::vector<std::string> variants_of(const manifest::MasterPlaylist& playlist) {
  std::vector<std::string> out;
  for (const auto& variant : playlist.variants) {
    out.push_back(fmt::format("{} {} {} {}x{} {} {}", variant.uri, variant.average_bandwidth / 1000,
                              variant.codecs, variant.width, variant.height, variant.frame_rate,
                              variant.audio_group));
  }
  return out;
}

std::vector<std::string> audio_of(const manifest::MasterPlaylist& playlist) {
  std::vector<std::string> out;
  for (const auto& each : playlist.audio) out.push_back(each.group + " " + each.uri);
  return out;
}

TEST(Variants, OneOfEachKindIsPlain) {
  EXPECT_FALSE(has_variants({video(1, 640), audio(2, "eng")}, {}, {}));
  EXPECT_FALSE(has_variants({audio(2, "eng")}, {}, {}));
  EXPECT_TRUE(has_variants({video(1, 640), video(2, 320)}, {}, {}));
  EXPECT_TRUE(has_variants({audio(1, "eng"), audio(2, "rus")}, {}, {}));
  Route route;
  route.has_audio_only = true;
  EXPECT_TRUE(has_variants({video(1, 640), audio(2, "eng")}, {}, route));
  EXPECT_FALSE(has_variants({audio(2, "eng")}, {}, route));
}

TEST(Variants, TextIsARenditionOfEveryVariant) {
  media::Track text;
  text.id = 3;
  text.kind = TrackKind::kSubtitle;
  text.codec = CodecId::kWebVtt;
  text.language = "fra";
  const media::Tracks all{video(1, 640), audio(2, "eng"), text};
  EXPECT_TRUE(has_variants({video(1, 640), audio(2, "eng")}, {text}, {}));
  VariantSource source = source_of({video(1, 640), audio(2, "eng")});
  source.all = &all;
  source.text = {text};
  const auto playlist = make_index(source, {});
  ASSERT_EQ(playlist.subtitles.size(), 1U);
  EXPECT_EQ(playlist.subtitles[0].uri, "tracks-t1/mono.vtt.m3u8");
  EXPECT_EQ(playlist.subtitles[0].language, "fr");
  EXPECT_EQ(playlist.subtitles[0].name, "French");
  ASSERT_EQ(playlist.variants.size(), 1U);
  EXPECT_EQ(playlist.variants[0].subtitle_group, playlist.subtitles[0].group);
  EXPECT_EQ(playlist.variants[0].uri, "tracks-v1a1/mono.m3u8");
}

TEST(Variants, SeveralBitratesKeepTheirOneSound) {
  const media::Tracks all{video(1, 1280), video(2, 640), audio(3, "eng")};
  const auto playlist = make_index(source_of(all), {});
  EXPECT_THAT(variants_of(playlist),
              ElementsAre("tracks-v1a1/mono.m3u8 4000 avc1.64001f,ac-3 1280x720 25 ",
                          "tracks-v2a1/mono.m3u8 5000 avc1.64001f,ac-3 640x360 25 "));
  EXPECT_THAT(audio_of(playlist), IsEmpty());
  // An upper bound of what may come, closer when more was seen.
  EXPECT_EQ(playlist.variants[0].bandwidth, 4'800'000U);
  auto long_source = source_of(all);
  long_source.segments.resize(10, long_source.segments.front());
  EXPECT_EQ(make_index(long_source, {}).variants[0].bandwidth, 4'400'000U);
}

TEST(Variants, SeveralLanguagesAreRenditions) {
  const media::Tracks all{video(1, 1280), video(2, 640), audio(3, "eng"), audio(4, "rus")};
  const auto playlist = make_index(source_of(all), {});
  // With the larger of the two sounds: 1 + 4 and 2 + 4 Mbit/s.
  EXPECT_THAT(variants_of(playlist),
              ElementsAre("tracks-v1/mono.m3u8 5000 avc1.64001f,ac-3 1280x720 25 audio",
                          "tracks-v2/mono.m3u8 6000 avc1.64001f,ac-3 640x360 25 audio"));
  EXPECT_THAT(audio_of(playlist),
              ElementsAre("audio tracks-a1/mono.m3u8", "audio tracks-a2/mono.m3u8"));
}

TEST(Variants, EachCodecOfSoundHasItsVariants) {
  const media::Tracks all{video(1, 640), audio(2, "eng"), audio(3, "eng", CodecId::kEac3)};
  EXPECT_THAT(variants_of(make_index(source_of(all), {})),
              ElementsAre("tracks-v1/mono.m3u8 3000 avc1.64001f,ac-3 640x360 25 audio-ac3",
                          "tracks-v1/mono.m3u8 4000 avc1.64001f,ec-3 640x360 25 audio-eac3"));
}

TEST(Variants, SoundAlone) {
  const media::Tracks all{audio(1, "eng"), audio(2, "rus")};
  EXPECT_THAT(variants_of(make_index(source_of(all), {})),
              ElementsAre("tracks-a1/mono.m3u8 2000 ac-3 0x0 0 audio"));
}

TEST(Variants, WithSoundOnlyWhereItIsWanted) {
  Route route;
  route.has_audio_only = true;
  const media::Tracks one{video(1, 640), audio(2, "eng")};
  EXPECT_THAT(variants_of(make_index(source_of(one), route)),
              ElementsAre("tracks-v1a1/mono.m3u8 3000 avc1.64001f,ac-3 640x360 25 ",
                          "tracks-a1/mono.m3u8 2000 ac-3 0x0 0 "));
  const media::Tracks two{video(1, 640), audio(2, "eng"), audio(3, "rus")};
  EXPECT_THAT(variants_of(make_index(source_of(two), route)),
              ElementsAre("tracks-v1/mono.m3u8 4000 avc1.64001f,ac-3 640x360 25 audio",
                          "tracks-a1/mono.m3u8 3000 ac-3 0x0 0 audio"));
}

TEST(Variants, VideoThatNobodyCouldChangeToIsLeftOut) {
  const media::Tracks all{video(1, 1280), video(2, 640), video(3, 320), audio(4, "eng")};
  auto source = source_of(all);
  source.unaligned = {1, 2};  // the first decides where segments begin
  const auto playlist = make_index(source, {});
  ASSERT_EQ(playlist.variants.size(), 2U);
  EXPECT_EQ(playlist.variants[0].uri, "tracks-v1a1/mono.m3u8");
  EXPECT_EQ(playlist.variants[1].uri, "tracks-v3a1/mono.m3u8");
  EXPECT_EQ(make_video_list(source, {}).variants.size(), 3U);
}

TEST(Variants, TheListOfVideos) {
  const media::Tracks all{video(1, 1280), video(2, 640), audio(3, "eng"), audio(4, "rus")};
  EXPECT_THAT(variants_of(make_video_list(source_of(all), {})),
              ElementsAre("video1.m3u8 8000 avc1.64001f,ac-3 1280x720 25 ",
                          "video2.m3u8 9000 avc1.64001f,ac-3 640x360 25 "));
  Route route;
  route.format = Format::kFmp4;
  route.segment_base = "http://cdn/cam/";
  EXPECT_EQ(make_video_list(source_of(all), route).variants[1].uri,
            "http://cdn/cam/video2.fmp4.m3u8");
  // videoN means all of audio, so what is left of it has an address of its own.
  auto source = source_of(all);
  source.tracks.erase(source.tracks.begin() + 2);
  route.filter = *manifest::parse_track_choice("v1v2a2");
  EXPECT_EQ(make_video_list(source, route).variants[1].uri,
            "http://cdn/cam/tracks-v2a2/mono.fmp4.m3u8");
  const media::Tracks radio{audio(1, "eng")};
  EXPECT_EQ(make_video_list(source_of(radio), {}).variants[0].uri, "tracks-a1/mono.m3u8");
}

TEST(Variants, AsItIsShown) {
  media::Tracks all{video(1, 720), video(2, 640)};
  all[0].video.height = 576;
  all[0].video.sar_width = 64;
  all[0].video.sar_height = 45;
  const auto playlist = make_index(source_of(all), {});
  EXPECT_EQ(playlist.variants[0].width, 1024U);
  EXPECT_EQ(playlist.variants[0].height, 576U);
}

// Half a list of codecs would be a wrong one.
TEST(Variants, WithoutTheNameOfACodecThereIsNoList) {
  media::Tracks all{video(1, 640), video(2, 320), audio(3, "eng")};
  all[1].config.clear();
  const auto playlist = make_index(source_of(all), {});
  EXPECT_EQ(playlist.variants[0].codecs, "avc1.64001f,ac-3");
  EXPECT_EQ(playlist.variants[1].codecs, "");
}

}  // namespace
}  // namespace flu::serve
