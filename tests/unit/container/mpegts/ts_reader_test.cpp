#include "libcommon/container/mpegts/ts_reader.h"

#include <algorithm>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/container/mpegts/small_stream.h"

namespace flu::container {
namespace {

using media::CodecId;
using test::kH264;
using test::kVideoPid;
using test::media_of;
using test::Read;
using test::read_all;
using test::small_stream;
using test::TsBuilder;
using test::video_frame;

TEST(TsReader, VideoAndAudio) {
  const Read got = read_all(small_stream().bytes);
  ASSERT_EQ(got.tracks.size(), 1U);
  ASSERT_EQ(got.tracks[0].size(), 2U);
  EXPECT_EQ(got.tracks[0][0].codec, CodecId::kH264);
  EXPECT_EQ(got.tracks[0][0].id, 1U);
  EXPECT_EQ(got.tracks[0][0].video.width, 64U);
  EXPECT_EQ(got.tracks[0][1].codec, CodecId::kAac);
  EXPECT_EQ(got.tracks[0][1].id, 2U);
  EXPECT_EQ(got.tracks[0][1].language, "eng");
  EXPECT_EQ(got.samples_before_tracks[0], 0U);
  const auto video = got.of(1);
  ASSERT_EQ(video.size(), 9U);
  for (std::size_t i = 0; i < video.size(); ++i) {
    EXPECT_EQ(video[i].dts.count(), static_cast<std::int64_t>(90'000 + i * 3600));
    EXPECT_EQ(video[i].is_key(), i % 3 == 0);
  }
  EXPECT_EQ(got.of(2).size(), 9U);
  EXPECT_EQ(got.counters.packets, small_stream().packets());
  EXPECT_EQ(got.counters.continuity_errors, 0U);
}

TEST(TsReader, HowTheInputIsCutMakesNoDifference) {
  const TsBuilder ts = small_stream();
  const Read whole = read_all(ts.bytes);
  for (const std::size_t step : {1U, 7U, 188U, 189U, 1316U}) {
    const Read got = read_all(ts.bytes, {}, step);
    EXPECT_EQ(got.samples, whole.samples) << step;
    EXPECT_EQ(got.tracks, whole.tracks) << step;
    EXPECT_EQ(got.samples_before_tracks, whole.samples_before_tracks) << step;
  }
}

TEST(TsReader, CutAtEveryLengthGivesWhatIsWhole) {
  const TsBuilder ts = small_stream();
  const std::size_t all = read_all(ts.bytes).samples.size();
  std::size_t before = 0;
  for (std::size_t size = 0; size < ts.bytes.size(); size += 47) {
    const std::size_t samples = read_all(Bytes(ts.bytes).first(size)).samples.size();
    EXPECT_GE(samples, before);
    EXPECT_LE(samples, all);
    before = samples;
  }
}

// A picture is complete with the first packet of the next one, audio with its own last.
TEST(TsReader, NothingIsHeldLongerThanNeeded) {
  TsBuilder ts = small_stream();
  TsReader reader;
  Read got;
  reader.feed(ts.bytes);
  take_units(reader, got);
  EXPECT_EQ(got.of(1).size(), 8U);
  EXPECT_EQ(got.of(2).size(), 9U);
  ts.bytes.clear();
  video_frame(ts, 0, 90'000 + 9 * 3600);
  reader.feed(Bytes(ts.bytes).first(188));
  take_units(reader, got);
  EXPECT_EQ(got.of(1).size(), 9U);
}

TEST(TsReader, AVideoPesWithALengthIsNotWaitedBeyond) {
  TsBuilder ts;
  ts.tables({{kH264, kVideoPid, {}}});
  for (std::size_t i = 0; i < 3; ++i) {
    ts.pes(kVideoPid, 0xE0, 90'000 + i * 3600, test::kH264Units[i], true);
  }
  const Read got = read_all(ts.bytes);
  EXPECT_EQ(got.of(1).size(), 3U);
  EXPECT_EQ(got.counters.pes_errors, 0U);
}

TEST(TsReader, TimesGoOnPastTheWrapTogether) {
  const std::uint64_t start = (std::uint64_t{1} << 33) - 4 * 3600;
  const Read got = read_all(small_stream(start).bytes);
  const auto video = got.of(1);
  ASSERT_EQ(video.size(), 9U);
  for (std::size_t i = 0; i < video.size(); ++i) {
    EXPECT_EQ(video[i].dts.count(), static_cast<std::int64_t>(start + i * 3600));
  }
  const auto audio = got.of(2);
  ASSERT_EQ(audio.size(), 9U);
  EXPECT_EQ(audio.back().dts.count(), static_cast<std::int64_t>(start + 8 * 1920));
}

TEST(TsReader, AJumpIsPassedOnAsItIs) {
  TsBuilder ts = small_stream(5'000'000);
  media_of(ts, 2, 4'100'000);  // 10 s back
  const auto video = read_all(ts.bytes).of(1);
  ASSERT_EQ(video.size(), 15U);
  EXPECT_EQ(video[9].dts.count(), 4'100'000);
}

TEST(TsReader, ContinuityErrorsAreCountedAndTheFrameIsDropped) {
  TsBuilder ts;
  ts.tables({{kH264, kVideoPid, {}}});
  Buffer large = test::kH264Units[1];
  large.insert(large.end(), 1000, 0x55);  // 6 packets
  video_frame(ts, 0, 90'000);
  const std::size_t at = ts.packets();
  ts.pes(kVideoPid, 0xE0, 93'600, large, false);
  video_frame(ts, 2, 97'200);
  video_frame(ts, 0, 100'800);
  const auto gone = ts.bytes.begin() + static_cast<std::ptrdiff_t>((at + 2) * 188);
  ts.bytes.erase(gone, gone + 188);
  const Read got = read_all(ts.bytes);
  EXPECT_EQ(got.counters.continuity_errors, 1U);
  std::vector<std::int64_t> times;
  for (const auto& sample : got.of(1)) times.push_back(sample.dts.count());
  EXPECT_EQ(std::count(times.begin(), times.end(), 93'600), 0);
  EXPECT_EQ(std::count(times.begin(), times.end(), 90'000), 1);
  EXPECT_EQ(std::count(times.begin(), times.end(), 100'800), 1);
}

TEST(TsReader, DuplicatesAreDropped) {
  TsBuilder ts = small_stream();
  Buffer doubled;
  for (std::size_t i = 0; i < ts.packets(); ++i) {
    for (int copy = 0; copy < 2; ++copy) append(doubled, Bytes(ts.packet(i), 188));
  }
  const Read got = read_all(doubled);
  EXPECT_EQ(got.samples, read_all(ts.bytes).samples);
  EXPECT_EQ(got.counters.duplicates, ts.packets());
  EXPECT_EQ(got.counters.continuity_errors, 0U);
}

TEST(TsReader, DiscontinuityIndicatorExcusesTheCounter) {
  TsBuilder ts = small_stream();
  const std::size_t before = ts.packets();
  ts.pid(kVideoPid).continuity = (ts.pid(kVideoPid).continuity + 5) & 0x0F;
  mpegts::PacketMarks marks;
  marks.is_discontinuous = true;
  mpegts::write_unit(ts.pid(kVideoPid),
                     TsBuilder::pes_bytes(0xE0, 200'000, test::kH264Units[0], false), marks, 0,
                     ts.bytes);
  EXPECT_GT(ts.packets(), before);
  const Read got = read_all(ts.bytes);
  EXPECT_EQ(got.counters.continuity_errors, 0U);
  EXPECT_EQ(got.of(1).size(), 10U);
}

TEST(TsReader, ScrambledAndErroneousPacketsAreDropped) {
  TsBuilder ts = small_stream();
  const std::size_t clear = ts.packets();
  media_of(ts, 1, 200'000);
  for (std::size_t i = clear; i < ts.packets(); ++i) ts.packet(i)[3] |= 0x80;
  ts.packet(clear)[1] |= 0x80;
  const Read got = read_all(ts.bytes);
  EXPECT_EQ(got.counters.transport_errors, 1U);
  EXPECT_EQ(got.counters.scrambled, ts.packets() - clear - 1);
  EXPECT_EQ(got.of(2).size(), 9U);
}

TEST(TsReader, TeletextWithAClockOfItsOwnIsDueWhenItComes) {
  TsBuilder ts;
  constexpr std::uint16_t kTeletext = 0x102;
  ts.tables({{kH264, kVideoPid, {}}, {0x06, kTeletext, {0x56, 5, 'f', 'r', 'a', 0x10, 0x88}}});
  video_frame(ts, 0, 90'000);
  ts.pes(kTeletext, 0xBD, 4'000'000'000, Buffer{0x10, 1, 2});
  ts.pes(kTeletext, 0xBD, std::nullopt, Buffer{0x10, 3, 4});
  video_frame(ts, 1, 93'600);
  const auto pages = read_all(ts.bytes).of(2);
  ASSERT_EQ(pages.size(), 2U);
  EXPECT_EQ(pages[0].dts.count(), 90'000);
  EXPECT_EQ(pages[1].dts.count(), 90'001);
}

TEST(TsReader, SpliceSectionsBecomeEvents) {
  TsBuilder ts;
  constexpr std::uint16_t kSplice = 0x102;
  ts.tables({{kH264, kVideoPid, {}}, {0x86, kSplice, {}}});
  video_frame(ts, 0, 90'000);
  video_frame(ts, 1, 93'600);
  Buffer section = {0xFC, 0x30, 0x1B, 0,    0,    0,    0,    0,    0,
                    0,    0xFF, 0xF0, 0x0A, 0x05, 0x00, 0x00, 0x00, 0x07,
                    0x7F, 0x5F, 0x00, 0x01, 0x01, 0x01, 0x00, 0x00};  // at once
  const std::uint32_t crc = mpegts::crc32_mpeg(section);
  for (int shift = 24; shift >= 0; shift -= 8) {
    section.push_back(static_cast<std::uint8_t>(crc >> shift));
  }
  mpegts::write_section(ts.pid(kSplice), section, ts.bytes);
  section.back() ^= 1;
  mpegts::write_section(ts.pid(kSplice), section, ts.bytes);
  section.back() ^= 1;
  const Read got = read_all(ts.bytes);
  ASSERT_EQ(got.events.size(), 1U);
  EXPECT_EQ(got.events[0].scheme, media::kScte35Scheme);
  EXPECT_EQ(got.events[0].id, 7U);
  EXPECT_EQ(got.events[0].data, section);
  EXPECT_EQ(got.events[0].time.count(), 93'600);
  EXPECT_EQ(got.counters.psi_errors, 1U);
}

}  // namespace
}  // namespace flu::container
