#include <string>

#include <gtest/gtest.h>

#include "libcommon/container/mpegts/ts_reader.h"
#include "libcommon/container/mpegts/ts_writer.h"
#include "tests/unit/container/mpegts/tiny_media.h"
#include "tests/unit/container/mpegts/ts_builder.h"

// What is read from a transport stream and written again reads as the same, for every coding.
namespace flu::container {
namespace {

using test::Read;
using test::read_all;
using test::TsBuilder;

struct Coding {
  std::string name;
  std::uint8_t stream_type;
  Buffer descriptors;
  std::uint8_t stream_id;
  std::vector<Buffer> units;
  std::uint64_t interval;  // between units
};

const Buffer kPage = [] {
  Buffer page(1 + 3 * 46, 0xFF);
  page[0] = 0x10;
  for (std::size_t at = 1; at < page.size(); at += 46) {
    page[at] = 0x03;
    page[at + 1] = 0x2C;
  }
  return page;
}();
const Buffer kBitmap = {0x20, 0x00, 0x0F, 0x10, 0x00, 0x01, 0x00, 0x02, 0x0A, 0x00, 0xFF};

const std::vector<Coding>& codings() {
  static const std::vector<Coding> all = {
      {"H264", 0x1B, {}, 0xE0, test::kH264Units, 3600},
      {"Hevc", 0x24, {}, 0xE0, test::kHevcUnits, 3600},
      {"Mpeg2Video", 0x02, {}, 0xE0, test::kMpeg2Units, 3600},
      {"Aac", 0x0F, {0x0A, 4, 'e', 'n', 'g', 1}, 0xC0, test::kAdtsFrames, 1920},
      {"Mp2", 0x03, {}, 0xC0, test::kMp2Frames, 2160},
      {"Mp3", 0x03, {}, 0xC0, test::kMp3Frames, 2160},
      {"Ac3", 0x81, {}, 0xBD, test::kAc3Frames, 2880},
      {"Ac3Dvb", 0x06, {0x6A, 1, 0}, 0xBD, test::kAc3Frames, 2880},
      {"Eac3", 0x87, {}, 0xBD, test::kEac3Frames, 2880},
      {"Opus", 0x06, {0x05, 4, 'O', 'p', 'u', 's', 0x7F, 2, 0x80, 1}, 0xBD, test::kOpusUnits, 1800},
      {"DvbSubtitle",
       0x06,
       {0x59, 8, 'd', 'e', 'u', 0x20, 0, 1, 0, 2},
       0xBD,
       {kBitmap, kBitmap, kBitmap},
       90'000},
      {"Teletext", 0x06, {0x56, 5, 'f', 'r', 'a', 0x10, 0x88}, 0xBD, {kPage, kPage, kPage}, 3600},
  };
  return all;
}

class RoundTrip : public testing::TestWithParam<Coding> {
 protected:
  static Read source() {
    const Coding& coding = GetParam();
    TsBuilder ts;
    ts.tables({{coding.stream_type, 0x100, coding.descriptors}});
    for (std::size_t i = 0; i < 9; ++i) {
      const bool is_video = coding.stream_id == 0xE0;
      ts.pes(0x100, coding.stream_id, 900'000 + i * coding.interval, coding.units[i % 3],
             !is_video);
    }
    return read_all(ts.bytes);
  }

  static std::vector<SampleView> views(const Read& read) {
    std::vector<SampleView> out;
    for (const media::Sample& sample : read.samples) {
      out.push_back({sample.track_id, sample.dts, sample.cts, sample.is_key(), sample.data});
    }
    return out;
  }

  static void expect_clean(const Read& read) {
    EXPECT_EQ(read.counters.continuity_errors, 0U);
    EXPECT_EQ(read.counters.psi_errors, 0U);
    EXPECT_EQ(read.counters.pes_errors, 0U);
    EXPECT_EQ(read.counters.duplicates, 0U);
  }
};

TEST_P(RoundTrip, TheSourceIsRead) {
  const Read read = source();
  ASSERT_EQ(read.tracks.size(), 1U);
  EXPECT_EQ(read.samples.size(), 9U);
  expect_clean(read);
}

TEST_P(RoundTrip, AWholeSegment) {
  const Read before = source();
  ASSERT_EQ(before.tracks.size(), 1U);
  const Result<Buffer> segment = mux_ts_segment(before.tracks[0], views(before));
  ASSERT_TRUE(segment) << segment.error().message;
  const Read after = read_all(*segment);
  EXPECT_EQ(after.tracks, before.tracks);
  EXPECT_EQ(after.samples, before.samples);
  expect_clean(after);
}

TEST_P(RoundTrip, SampleBySample) {
  const Read before = source();
  ASSERT_EQ(before.tracks.size(), 1U);
  TsWriter writer(before.tracks[0]);
  Buffer out;
  for (const SampleView& view : views(before)) ASSERT_TRUE(writer.write(view, out));
  writer.align_continuity(out);
  const Read after = read_all(out);
  EXPECT_EQ(after.tracks, before.tracks);
  EXPECT_EQ(after.samples, before.samples);
  expect_clean(after);
}

TEST_P(RoundTrip, SegmentsJoinWithoutAContinuityError) {
  const Read before = source();
  ASSERT_EQ(before.tracks.size(), 1U);
  const std::vector<SampleView> all = views(before);
  Buffer joined;
  for (std::size_t at = 0; at < all.size(); at += 3) {
    const auto part = std::span(all).subspan(at, std::min<std::size_t>(3, all.size() - at));
    const Result<Buffer> segment = mux_ts_segment(before.tracks[0], part);
    ASSERT_TRUE(segment) << segment.error().message;
    append(joined, *segment);
  }
  const Read after = read_all(joined);
  EXPECT_EQ(after.tracks, before.tracks);
  EXPECT_EQ(after.samples, before.samples);
  expect_clean(after);
}

INSTANTIATE_TEST_SUITE_P(Ts, RoundTrip, testing::ValuesIn(codings()),
                         [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace flu::container
