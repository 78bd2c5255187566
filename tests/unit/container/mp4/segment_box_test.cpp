#include "libcommon/container/mp4/segment_box.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libcommon/container/mp4/boxes.h"
#include "libcommon/container/mp4/limits.h"
#include "libcommon/container/mp4/private_boxes.h"
#include "tests/support/flu_samples.h"
#include "tests/unit/container/mp4/golden.h"

namespace flu::container {
namespace {

using media::Sap;
using media::Ticks;

std::vector<SegmentTrack> segment_tracks() {
  SegmentTrack video{1, {}, 0};
  for (int i = 0; i < 3; ++i) {
    video.samples.push_back(test::entry(test::kBase + Ticks{3600} * i,
                                        static_cast<std::uint32_t>(10 + i), Ticks{3600},
                                        i == 0 ? Sap::kClosed : Sap::kNone, Ticks{i * 3600}));
  }
  video.bytes = 33;
  SegmentTrack audio{2, {}, 0};
  for (int i = 0; i < 2; ++i) {
    audio.samples.push_back(test::entry(test::kBase + Ticks{1920} * i, 4, Ticks{1920}));
  }
  audio.bytes = 8;
  return {video, audio};
}

const std::vector<ProducerTime> kTimes{{1, 77, test::kBase}};
const std::vector<media::Event> kEvents{{"urn:x", "v", test::kBase, Ticks{9}, 4, {1, 2, 3}}};

Buffer make_segment() {
  const FragmentInfo info{5, 1, kDiscont, 0, 9, 3};
  Buffer segment = write_segment_header(9, segment_tracks(), kTimes, kEvents, &info)->bytes;
  append(segment, test::pattern(41));
  return segment;
}

TEST(SegmentBox, ReadsWhatWasWritten) {
  const Buffer segment = make_segment();
  const auto parsed = parse_segment(segment);
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(parsed->seq, 9U);
  EXPECT_EQ(parsed->producer_times, kTimes);
  EXPECT_EQ(parsed->events, kEvents);
  EXPECT_EQ(parsed->info->disc_seq, 3U);
  ASSERT_EQ(parsed->tracks.size(), 2U);
  const auto tracks = segment_tracks();
  std::uint32_t offset = parsed->data_offset;
  for (std::size_t t = 0; t < 2; ++t) {
    EXPECT_EQ(parsed->tracks[t].track_id, tracks[t].track_id);
    EXPECT_EQ(parsed->tracks[t].bytes, tracks[t].bytes);
    ASSERT_EQ(parsed->tracks[t].samples.size(), tracks[t].samples.size());
    for (std::size_t i = 0; i < tracks[t].samples.size(); ++i) {
      const SampleEntry& sample = parsed->tracks[t].samples[i];
      EXPECT_EQ(sample.dts, tracks[t].samples[i].dts);
      EXPECT_EQ(sample.cts, tracks[t].samples[i].cts);
      EXPECT_EQ(sample.duration, tracks[t].samples[i].duration);
      EXPECT_EQ(sample.sap, tracks[t].samples[i].sap);
      EXPECT_EQ(sample.offset, offset);
      offset += sample.size;
    }
  }
  EXPECT_EQ(offset, segment.size());
}

TEST(SegmentBox, TellsWhereItsMoofIs) {
  const auto header = write_segment_header(9, segment_tracks(), kTimes, kEvents);
  ASSERT_TRUE(header);
  EXPECT_EQ(as_text(header->bytes).substr(header->moof_offset + 4, 4), "moof");
  EXPECT_EQ(header->moof_offset + header->moof_size + 8, header->bytes.size());
  EXPECT_EQ(header->dropped_events, 0U);
}

TEST(SegmentBox, IsAsDocumented) {
  expect_golden("segment.hex", make_segment());
}

TEST(SegmentBox, LeavesEmptyTracksOut) {
  auto tracks = segment_tracks();
  tracks.insert(tracks.begin(), SegmentTrack{7, {}, 0});
  const auto header = write_segment_header(9, tracks, {}, {});
  EXPECT_EQ(header->bytes, write_segment_header(9, segment_tracks(), {}, {})->bytes);
  EXPECT_FALSE(write_segment_header(9, std::vector<SegmentTrack>{{7, {}, 0}}, {}, {}));
}

TEST(SegmentBox, DropsEventsThatDoNotFitBeforeTheMoof) {
  std::vector<media::Event> events(3, kEvents[0]);
  events[1].data.resize(kMaxSegmentMetaBytes);
  const auto header = write_segment_header(9, segment_tracks(), {}, events);
  EXPECT_EQ(header->dropped_events, 1U);
  EXPECT_LE(header->moof_offset, kMaxSegmentMetaBytes);
  EXPECT_THAT(as_text(header->bytes).substr(0, header->moof_offset), testing::HasSubstr("urn:x"));
}

TEST(SegmentBox, RefusesWhatItMayNotWrite) {
  std::vector<SegmentTrack> large{
      {1,
       {test::entry(test::kBase, 32U << 20), test::entry(test::kBase, 32U << 20)},
       std::uint64_t{64} << 20}};
  EXPECT_EQ(write_segment_header(1, large, {}, {}).error().code, ErrorCode::kLimitExceeded);
}

TEST(SegmentBox, CutAtEveryLengthIsRefused) {
  const Buffer segment = make_segment();
  for (std::size_t size = 0; size < segment.size(); ++size) {
    EXPECT_FALSE(parse_segment(Bytes(segment).first(size))) << size;
  }
}

TEST(SegmentBox, RefusesASecondMoof) {
  Buffer twice = make_segment();
  append(twice, make_segment());
  EXPECT_FALSE(parse_segment(twice));
}

}  // namespace
}  // namespace flu::container
