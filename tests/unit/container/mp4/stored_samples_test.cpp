#include "libcommon/container/mp4/stored_samples.h"

#include <gtest/gtest.h>

#include "tests/support/flu_samples.h"

namespace flu::container {
namespace {

using media::Ticks;

struct Stored {
  Buffer bytes;
  std::size_t head = 0;  // to the end of the moof
};

Stored make_segment() {
  SegmentTrack video{1, {}, 50};
  for (int i = 0; i < 5; ++i) {
    video.samples.push_back(test::entry(test::kBase + Ticks(3600) * i, 10, Ticks(3600),
                                        i == 0 ? media::Sap::kClosed : media::Sap::kNone,
                                        Ticks(7200)));
  }
  SegmentTrack audio{2, {test::entry(test::kBase, 7, Ticks(1920))}, 7};
  const std::vector<SegmentTrack> tracks{video, audio};
  auto header = write_segment_header(9, tracks, {}, {});
  Stored out{std::move(header->bytes), std::size_t{header->moof_offset} + header->moof_size};
  append(out.bytes, test::pattern(57));
  return out;
}

// By its beginning alone it tells of the same samples as the whole.
TEST(StoredSamples, AHeadTellsOfAll) {
  const Stored stored = make_segment();
  const auto whole = parse_segment(stored.bytes);
  const auto head = parse_segment_head(Bytes(stored.bytes).first(stored.head), stored.bytes.size());
  ASSERT_TRUE(head) << head.error().message;
  ASSERT_EQ(head->size(), 2U);
  for (std::size_t t = 0; t < 2; ++t) {
    EXPECT_EQ((*head)[t].track_id, whole->tracks[t].track_id);
    EXPECT_EQ((*head)[t].bytes, whole->tracks[t].bytes);
    ASSERT_EQ((*head)[t].samples.size(), whole->tracks[t].samples.size());
    for (std::size_t i = 0; i < (*head)[t].samples.size(); ++i) {
      const SampleEntry& sample = (*head)[t].samples[i];
      const SampleEntry& expected = whole->tracks[t].samples[i];
      EXPECT_EQ(sample.dts, expected.dts);
      EXPECT_EQ(sample.cts, expected.cts);
      EXPECT_EQ(sample.offset, expected.offset);
      EXPECT_EQ(sample.size, expected.size);
      EXPECT_EQ(sample.sap, expected.sap);
    }
  }
}

TEST(StoredSamples, NoSampleLiesBehindTheSegment) {
  const Stored stored = make_segment();
  EXPECT_TRUE(parse_segment_head(stored.bytes, stored.bytes.size()));
  EXPECT_FALSE(parse_segment_head(stored.bytes, stored.bytes.size() - 1));
  for (std::size_t size = 0; size < stored.head; ++size) {
    EXPECT_FALSE(parse_segment_head(Bytes(stored.bytes).first(size), stored.bytes.size())) << size;
  }
}

}  // namespace
}  // namespace flu::container
