#include "libcommon/av/text_framer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libcommon/av/unit_maker.h"
#include "libcommon/codec/cue_sample.h"

namespace flu::av {
namespace {

StreamInfo aac() {
  StreamInfo info;
  info.codec_name = "aac (audio)";
  info.codec = media::CodecId::kAac;
  info.config = {0x11, 0x90};
  info.scale = {1, 1000, 64};
  return info;
}

StreamInfo text(unsigned index, TextForm form) {
  StreamInfo info;
  info.index = index;
  info.codec_name = "subrip (subtitle)";
  info.codec = media::CodecId::kWebVtt;
  info.text_form = form;
  info.language = "fra";
  info.scale = {1, 1000, 64};
  return info;
}

Packet packet(unsigned stream, std::int64_t pts, Bytes data, std::int64_t duration = 0) {
  Packet out;
  out.stream = stream;
  out.pts = pts;
  out.duration = duration;
  out.data = data;
  return out;
}

std::vector<std::string> drain(UnitMaker& maker) {
  std::vector<std::string> out;
  while (auto unit = maker.next()) {
    const auto* sample = std::get_if<media::Sample>(&*unit);
    if (sample == nullptr || sample->track_id != 2) continue;
    const auto cues = codec::parse_cue_sample(sample->dts, sample->duration, sample->data);
    const auto at = (sample->dts - SourceClock::kOffset).count() / 90;
    out.push_back(std::to_string(at) + (cues->empty() ? "" : " " + cues->front().text));
  }
  return out;
}

const Buffer kFrame{1, 2, 3};

TEST(TextFramer, TextGoesOutWhenItsTimeHasCome) {
  UnitMaker maker({});
  maker.know(aac());
  maker.know(text(1, TextForm::kSubRip));
  maker.feed(packet(1, 500, as_bytes("<i>so</i>"), 1000));
  maker.feed(packet(0, 0, kFrame));
  EXPECT_TRUE(drain(maker).empty());
  maker.feed(packet(0, 600, kFrame));
  EXPECT_THAT(drain(maker), testing::ElementsAre("500 <i>so</i>"));
  maker.feed(packet(0, 1600, kFrame));
  EXPECT_THAT(drain(maker), testing::ElementsAre("1500"));
}

TEST(TextFramer, WhatStillWaitsComesAtTheEnd) {
  UnitMaker maker({});
  maker.know(aac());
  maker.know(text(1, TextForm::kPlain));
  maker.feed(packet(0, 0, kFrame));
  maker.feed(packet(1, 500, as_bytes("a"), 0));  // its length is not known
  maker.finish();
  EXPECT_THAT(drain(maker), testing::ElementsAre("500 a"));
}

TEST(TextFramer, IsLeftOutWhereItIsNotWanted) {
  UnitMaker maker({.allow_subtitles = false});
  maker.know(aac());
  maker.know(text(1, TextForm::kSubRip));
  maker.feed(packet(0, 0, kFrame));
  const auto unit = maker.next();
  EXPECT_EQ(std::get<media::TracksChanged>(*unit).tracks.size(), 1U);
  EXPECT_TRUE(maker.take_notes().empty());
}

TEST(TextFramer, TextAloneIsNothingToPlay) {
  UnitMaker maker({});
  maker.know(text(0, TextForm::kSubRip));
  maker.feed(packet(0, 500, as_bytes("a"), 1000));
  maker.finish();
  EXPECT_FALSE(maker.next());
}

TEST(TextFramer, DamagedPacketsAreCounted) {
  auto framer = make_text_framer(text(1, TextForm::kTx3g));
  const Buffer cut{0, 9, 'a'};
  framer->feed({cut, {media::Timestamp(1), {}}, media::Ticks(90), true, {}});
  framer->flush();
  EXPECT_FALSE(framer->next());
  EXPECT_EQ(framer->bad_packets(), 1U);
}

}  // namespace
}  // namespace flu::av
