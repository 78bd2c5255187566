#include "libcommon/av/unit_maker.h"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flu::av {
namespace {

StreamInfo aac(unsigned index) {
  StreamInfo info;
  info.index = index;
  info.codec_name = "aac (audio)";
  info.codec = media::CodecId::kAac;
  info.config = {0x11, 0x90};
  info.scale = {1, 1000, 32};
  return info;
}

StreamInfo unknown(unsigned index) {
  StreamInfo info;
  info.index = index;
  info.codec_name = "pcm_alaw (audio)";
  return info;
}

Packet packet(unsigned stream, std::int64_t pts, Bytes data) {
  Packet out;
  out.stream = stream;
  out.pts = pts;
  out.data = data;
  return out;
}

std::vector<media::Unit> drain(UnitMaker& maker) {
  std::vector<media::Unit> out;
  while (auto unit = maker.next()) out.push_back(std::move(*unit));
  return out;
}

const Buffer kFrame{1, 2, 3};

TEST(UnitMaker, TracksComeBeforeTheirSamples) {
  UnitMaker maker({});
  maker.know(aac(0));
  maker.feed(packet(0, 0, kFrame));
  const auto units = drain(maker);
  ASSERT_EQ(units.size(), 2U);
  const auto& tracks = std::get<media::TracksChanged>(units[0]).tracks;
  ASSERT_EQ(tracks.size(), 1U);
  EXPECT_EQ(tracks[0].id, 1U);
  EXPECT_EQ(std::get<media::Sample>(units[1]).dts, SourceClock::kOffset);
}

TEST(UnitMaker, WhatIsNotCarriedIsNamedOnce) {
  UnitMaker maker({});
  maker.know(unknown(0));
  maker.know(unknown(0));
  EXPECT_THAT(maker.take_notes(),
              testing::ElementsAre(testing::HasSubstr("stream 0, pcm_alaw (audio)")));
  maker.feed(packet(0, 0, kFrame));
  maker.finish();
  EXPECT_TRUE(drain(maker).empty());
  EXPECT_FALSE(maker.has_tracks());
  EXPECT_EQ(maker.found(), "stream 0, pcm_alaw (audio)");
  EXPECT_EQ(UnitMaker({}).found(), "no streams");
}

TEST(UnitMaker, StreamsThatMayComeAreWaitedForASecond) {
  UnitMaker maker({.is_live = true, .may_get_streams = true});
  maker.know(aac(0));
  maker.feed(packet(0, 0, kFrame));
  maker.feed(packet(0, 500, kFrame));
  EXPECT_TRUE(drain(maker).empty());
  maker.feed(packet(0, 1200, kFrame));
  EXPECT_EQ(drain(maker).size(), 4U);
}

TEST(UnitMaker, StreamThatComesLateIsAnnouncedThen) {
  UnitMaker maker({});
  maker.know(aac(0));
  maker.feed(packet(0, 0, kFrame));
  EXPECT_EQ(drain(maker).size(), 2U);
  maker.know(aac(1));
  maker.feed(packet(1, 20, kFrame));
  const auto units = drain(maker);
  ASSERT_EQ(units.size(), 2U);
  EXPECT_EQ(std::get<media::TracksChanged>(units[0]).tracks.size(), 2U);
  EXPECT_EQ(std::get<media::Sample>(units[1]).track_id, 2U);
}

TEST(UnitMaker, BareStreamBeginsAtZero) {
  UnitMaker maker({});
  maker.know(aac(0));
  Packet bare = packet(0, 0, kFrame);
  bare.pts.reset();
  maker.feed(bare);
  maker.feed(bare);
  const auto units = drain(maker);
  ASSERT_EQ(units.size(), 3U);
  EXPECT_EQ(std::get<media::Sample>(units[1]).dts, SourceClock::kOffset);
  EXPECT_EQ((std::get<media::Sample>(units[2]).dts - SourceClock::kOffset).count(), 1920);
}

TEST(UnitMaker, AudioThatAnEditListCutsOffIsLeftOut) {
  UnitMaker maker({});
  maker.know(aac(0));
  Packet cut = packet(0, -21, kFrame);
  cut.is_discarded = true;
  maker.feed(cut);
  EXPECT_TRUE(drain(maker).empty());
}

TEST(UnitMaker, PacketsOfStreamsNobodyToldOfAreNoHarm) {
  UnitMaker maker({});
  maker.feed(packet(7, 0, kFrame));
  maker.finish();
  EXPECT_TRUE(drain(maker).empty());
}

}  // namespace
}  // namespace flu::av
