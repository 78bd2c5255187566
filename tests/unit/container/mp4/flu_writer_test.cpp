#include <gtest/gtest.h>

#include "libcommon/container/mp4/flu_stream.h"
#include "libcommon/container/mp4/limits.h"
#include "tests/support/flu_samples.h"
#include "tests/unit/container/mp4/golden.h"

namespace flu::container {
namespace {

using media::Sap;
using media::Ticks;

class FluWriterTest : public testing::Test {
 protected:
  FluWriterTest() {
    Buffer start;
    writer_.start(test::stream_head(), {test::h264_track(), test::aac_track()}, start);
  }

  std::size_t header_size(std::uint32_t track_id, const std::vector<SampleEntry>& samples,
                          const FragmentInfo* info = nullptr, const ProducerTime* time = nullptr) {
    Buffer out;
    writer_.fragment_header(track_id, samples, info, time, out);
    return out.size();
  }

  FluWriter writer_;
};

TEST_F(FluWriterTest, FragmentsCostWhatTheFormatSays) {
  EXPECT_EQ(header_size(1, {test::entry(test::kBase, 9, Ticks{3600}, Sap::kNone)}), 100U);
  EXPECT_EQ(header_size(1, {test::entry(test::kBase, 9, Ticks{3600}, Sap::kClosed)}), 104U);
  EXPECT_EQ(header_size(1, {test::entry(test::kBase, 9, Ticks{3600}, Sap::kNone, Ticks{3600})}),
            104U);
  EXPECT_EQ(header_size(1, {test::entry(test::kBase, 9, Ticks{3601}, Sap::kNone)}), 104U);
  EXPECT_EQ(header_size(2, {test::entry(test::kBase, 9, Ticks{1920})}), 100U);
  EXPECT_EQ(header_size(2, {test::entry(test::kBase, 9, Ticks{1920}),
                            test::entry(test::kBase + Ticks{1920}, 9, Ticks{1920})}),
            104U);
  const FragmentInfo info;
  const ProducerTime time;
  EXPECT_EQ(header_size(2, {test::entry(test::kBase, 9, Ticks{1920})}, &info, &time), 188U);
}

TEST_F(FluWriterTest, PrimerOfTwoTracksIsOf120Bytes) {
  Buffer with_primer;
  Buffer without_tracks;
  writer_.start(test::stream_head(), {test::h264_track(), test::aac_track()}, with_primer);
  // moof 8, mfhd 16, two trafs of 44, mdat 8.
  const std::string_view text = as_text(with_primer);
  EXPECT_EQ(with_primer.size() - (text.rfind("moof") - 4), 120U);
}

TEST_F(FluWriterTest, RefusesAnEventThatNoReaderTakes) {
  media::Event event{"urn:x", "", test::kBase, Ticks{0}, 1, Buffer(kMaxMetaBytes - 10)};
  Buffer out;
  EXPECT_FALSE(writer_.event(event, out));
  EXPECT_TRUE(out.empty());
  event.data.resize(1000);
  EXPECT_TRUE(writer_.event(event, out));
}

TEST(FluWriterGolden, AWholeStream) {
  FluWriter writer;
  Buffer out;
  writer.start(test::stream_head(), {test::h264_track(), test::aac_track()}, out, test::kBase);
  const FragmentInfo info{1'763'795'000'040'000, 1, kDiscont, 0, 7, 2};
  const ProducerTime time{1, 0xED0F'4C98'0A3D'70A3, test::kBase + Ticks{7200}};
  const std::vector<SampleEntry> video{
      test::entry(test::kBase, 8, Ticks{3600}, Sap::kClosed, Ticks{7200})};
  writer.fragment_header(1, video, &info, &time, out);
  append(out, test::pattern(8));
  writer.event({std::string(media::kScte35Scheme), "", test::kBase, Ticks{0}, 1, {0xFC, 0x30}},
               out);
  const std::vector<SampleEntry> audio{test::entry(test::kBase, 3, Ticks{1920}),
                                       test::entry(test::kBase + Ticks{1920}, 4, Ticks{1921})};
  writer.fragment_header(2, audio, nullptr, nullptr, out);
  append(out, test::pattern(7));
  writer.end(out);
  expect_golden("stream.hex", out);
}

}  // namespace
}  // namespace flu::container
