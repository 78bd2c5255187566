#include "tools/serve/live/text_segment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libcommon/codec/cue_sample.h"
#include "libcommon/codec/cue_track.h"
#include "libcommon/container/mp4/segment_box.h"
#include "tools/serve/limits.h"

namespace flu::serve {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::int64_t kStart = 158'741'550'000'000;

codec::Cue cue(std::int64_t start, std::int64_t end, std::string text) {
  return {media::Timestamp(kStart + start), media::Timestamp(kStart + end), {}, std::move(text)};
}

// A segment as the hub stores it: samples of the text alone.
Buffer stored_samples(const std::vector<media::Sample>& samples) {
  container::SegmentTrack track;
  track.track_id = 3;
  Buffer data;
  for (const media::Sample& sample : samples) {
    const auto size = static_cast<std::uint32_t>(sample.data.size());
    track.samples.push_back({sample.dts, media::Ticks(0), sample.duration, sample.sap,
                             static_cast<std::uint32_t>(track.bytes), size});
    track.bytes += size;
    append(data, sample.data);
  }
  Buffer out = container::write_segment_header(7, {{track}}, {}, {}).value().bytes;
  append(out, data);
  return out;
}

Buffer stored_segment(std::vector<codec::Cue> cues) {
  codec::CueTrack source;
  for (auto& one : cues) source.add(std::move(one));
  std::vector<media::Sample> samples;
  while (auto sample = source.next(media::Timestamp::max())) samples.push_back(std::move(*sample));
  return stored_samples(samples);
}

std::string text_of(Bytes stored, std::uint32_t id) {
  segment::IndexRecord record;
  record.start = media::Timestamp(kStart);
  record.duration = 360'000;
  media::Track track = codec::make_text_track();
  track.id = id;
  const auto made = make_text_segment(stored, record, {track});
  return made ? std::string(as_text(made->body.bytes)) : made.error().message;
}

TEST(TextSegment, HasWhatIsShownInItOnce) {
  const Buffer stored = stored_segment({cue(-180'000, 90'000, "before"), cue(45'000, 500'000, "a"),
                                        cue(50'000, 60'000, "b"), cue(360'000, 400'000, "later")});
  const std::string text = text_of(stored, 3);
  EXPECT_THAT(text, HasSubstr("00:00:00.000 --> 00:00:03.000\nbefore\n"));
  EXPECT_THAT(text, HasSubstr("00:00:02.500 --> 00:00:07.555\na\n"));
  EXPECT_THAT(text, Not(HasSubstr("later")));
  EXPECT_EQ(text.find("\na\n"), text.rfind("\na\n"));
}

TEST(TextSegment, ItsCuesAreBounded) {
  std::vector<media::Sample> samples;
  for (std::size_t i = 0; i <= kMaxSegmentCues; ++i) {
    const auto at = static_cast<std::int64_t>(i) * 900;
    media::Sample sample;
    sample.dts = media::Timestamp(kStart + at);
    sample.duration = media::Ticks(900);
    sample.data =
        codec::write_cue_sample(sample.dts, {cue(at, at + 900, "cue " + std::to_string(i) + ".")});
    samples.push_back(std::move(sample));
  }
  const std::string text = text_of(stored_samples(samples), 3);
  EXPECT_THAT(text, HasSubstr("\ncue " + std::to_string(kMaxSegmentCues - 1) + ".\n"));
  EXPECT_THAT(text, Not(HasSubstr("\ncue " + std::to_string(kMaxSegmentCues) + ".\n")));
}

TEST(TextSegment, IsWebVttWithoutText) {
  const Buffer stored = stored_segment({cue(0, 90'000, "other")});
  EXPECT_THAT(text_of(stored, 4), testing::StartsWith("WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:"));
  EXPECT_THAT(text_of(stored, 4), Not(HasSubstr("other")));
}

TEST(TextSegment, WhatIsNoSegmentIsAnError) {
  EXPECT_THAT(text_of(Buffer{1, 2, 3}, 3), Not(HasSubstr("WEBVTT")));
}

}  // namespace
}  // namespace flu::serve
