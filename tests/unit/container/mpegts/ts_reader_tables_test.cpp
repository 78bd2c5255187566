#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "libcommon/container/mpegts/limits.h"
#include "libcommon/container/mpegts/ts_reader.h"
#include "tests/unit/container/mpegts/small_stream.h"

namespace flu::container {
namespace {

using media::CodecId;
using test::audio_frame;
using test::kAdts;
using test::kAudioPid;
using test::kH264;
using test::kVideoPid;
using test::media_of;
using test::Read;
using test::read_all;
using test::small_stream;
using test::TsBuilder;
using test::video_frame;

TEST(TsReader, LateTables) {
  TsBuilder ts;
  media_of(ts, 1);
  ts.tables({{kH264, kVideoPid, {}}, {kAdts, kAudioPid, {}}});
  media_of(ts, 2, 200'000);
  const Read got = read_all(ts.bytes);
  EXPECT_EQ(got.of(1).size(), 6U);
  EXPECT_EQ(got.of(2).size(), 6U);
}

TEST(TsReader, AnAbsentTrackHoldsNothingBackForLong) {
  TsBuilder ts;
  ts.tables({{kH264, kVideoPid, {}}, {kAdts, kAudioPid, {}}});
  for (std::size_t i = 0; i < 60; ++i) video_frame(ts, i % 3, 90'000 + i * 3600);
  TsReader reader;
  reader.feed(ts.bytes);
  Read got;
  take_units(reader, got);
  ASSERT_EQ(got.tracks.size(), 1U);
  EXPECT_EQ(got.tracks[0].size(), 1U);
  EXPECT_EQ(got.of(1).size(), 59U);
  ts.bytes.clear();
  for (std::size_t i = 0; i < 5; ++i) audio_frame(ts, 90'000 + i * 1920);
  reader.feed(ts.bytes);
  take_units(reader, got);
  ASSERT_EQ(got.tracks.size(), 2U);
  EXPECT_EQ(got.tracks[1].size(), 2U);
}

TEST(TsReader, ANewPmtKeepsTheIdsOfItsPids) {
  TsBuilder ts = small_stream();
  constexpr std::uint16_t kOther = 0x123;
  ts.tables({{kH264, kVideoPid, {}}, {0x03, kOther, {}}}, 1);
  for (std::size_t i = 0; i < 3; ++i) {
    video_frame(ts, i, 200'000 + i * 3600);
    ts.pes(kOther, 0xC0, 200'000 + i * 2160, test::kMp2Frames[i]);
  }
  ts.tables({{kH264, kVideoPid, {}}, {kAdts, kAudioPid, {}}, {0x03, kOther, {}}}, 2);
  for (std::size_t i = 0; i < 3; ++i) {
    video_frame(ts, i, 220'000 + i * 3600);
    ts.pes(kOther, 0xC0, 220'000 + i * 2160, test::kMp2Frames[i]);
    audio_frame(ts, 220'000 + i * 1920);
  }
  const Read got = read_all(ts.bytes);
  ASSERT_EQ(got.tracks.size(), 3U);
  EXPECT_EQ(got.tracks[1].at(0).id, 1U);
  EXPECT_EQ(got.tracks[1].at(1).id, 3U);
  EXPECT_EQ(got.tracks[1].at(1).codec, CodecId::kMp2);
  EXPECT_EQ(got.tracks[2].size(), 3U);
  EXPECT_NE(media::find_track(got.tracks[2], 2), nullptr);
  EXPECT_EQ(got.of(1).size(), 15U);
}

TEST(TsReader, AnotherLanguageIsAnnounced) {
  TsBuilder ts = small_stream();
  ts.tables({{kH264, kVideoPid, {}}, {kAdts, kAudioPid, {0x0A, 4, 'd', 'e', 'u', 0}}}, 1);
  media_of(ts, 1, 300'000);
  const Read got = read_all(ts.bytes);
  ASSERT_EQ(got.tracks.size(), 2U);
  EXPECT_EQ(got.tracks[1].at(1).language, "deu");
  EXPECT_EQ(got.of(1).size(), 12U);
}

TEST(TsReader, AProgramOfSeveral) {
  TsBuilder ts;
  ts.pat({{7, 0x20}, {8, 0x21}});
  for (const auto& [number, pmt_pid, pid] :
       {std::tuple<int, int, int>{7, 0x20, kVideoPid}, {8, 0x21, 0x200}}) {
    mpegts::Pmt pmt;
    pmt.program = static_cast<std::uint16_t>(number);
    pmt.streams = {{kH264, static_cast<std::uint16_t>(pid), {}}};
    ts.pmt(static_cast<std::uint16_t>(pmt_pid), pmt);
  }
  for (std::size_t i = 0; i < 3; ++i) {
    ts.pes(kVideoPid, 0xE0, 90'000 + i * 3600, test::kH264Units[i], false);
    ts.pes(0x200, 0xE0, 7'000'000'000 + i * 3600, test::kH264Units[i], false);
  }
  const auto first = read_all(ts.bytes).samples;
  ASSERT_EQ(first.size(), 3U);
  EXPECT_EQ(first[0].dts.count(), 90'000);
  TsReaderOptions options;
  options.program = 8;
  const auto second = read_all(ts.bytes, options).samples;
  ASSERT_EQ(second.size(), 3U);
  EXPECT_EQ(second[0].dts.count(), 7'000'000'000);
  options.program = 9;
  EXPECT_TRUE(read_all(ts.bytes, options).samples.empty());
  // A PID names its program.
  options = {};
  options.pids = {0x200};
  EXPECT_EQ(read_all(ts.bytes, options).samples.size(), 3U);
}

TEST(TsReader, OnlyTheseAndNoSubtitles) {
  TsBuilder ts;
  constexpr std::uint16_t kSubtitle = 0x102;
  const Buffer descriptor = {0x59, 8, 'e', 'n', 'g', 0x10, 0, 1, 0, 1};
  ts.tables({{kH264, kVideoPid, {}}, {kAdts, kAudioPid, {}}, {0x06, kSubtitle, descriptor}});
  media_of(ts, 1);
  ts.pes(kSubtitle, 0xBD, 90'000, Buffer{0x20, 0x00, 0x0F, 1, 2, 3});
  EXPECT_EQ(read_all(ts.bytes).tracks.at(0).size(), 3U);
  EXPECT_EQ(read_all(ts.bytes).of(3).size(), 1U);
  TsReaderOptions options;
  options.allow_subtitles = false;
  EXPECT_EQ(read_all(ts.bytes, options).tracks.at(0).size(), 2U);
  options.pids = {kAudioPid};
  const Read audio = read_all(ts.bytes, options);
  EXPECT_EQ(audio.tracks.at(0).size(), 1U);
  EXPECT_EQ(audio.samples.size(), 3U);
}

TEST(TsReader, BrokenTablesAreCounted) {
  TsBuilder ts;
  ts.tables({{kH264, kVideoPid, {}}});
  ts.packet(0)[10] ^= 1;
  TsReader reader;
  reader.feed(ts.bytes);
  reader.flush();
  EXPECT_FALSE(reader.has_program());
  EXPECT_EQ(reader.counters().psi_errors, 1U);
}

TEST(TsReader, HasAProgramOnceBothTablesWereRead) {
  TsBuilder ts;
  ts.tables({{kH264, kVideoPid, {}}});
  TsReader reader;
  reader.feed(Bytes(ts.bytes).first(188));
  EXPECT_FALSE(reader.has_program());
  reader.feed(Bytes(ts.bytes).subspan(188));
  reader.flush();
  EXPECT_TRUE(reader.has_program());
}

TEST(TsReader, MoreStreamsThanTrackIds) {
  TsBuilder ts;
  for (std::uint8_t round = 0; round < 4; ++round) {
    std::vector<mpegts::PmtStream> streams;
    for (std::size_t i = 0; i < 70; ++i) {
      streams.push_back({0x03, static_cast<std::uint16_t>(0x100 + round * 40 + i), {}});
    }
    ts.tables(streams, round);
    for (std::size_t i = 0; i < 3; ++i) {
      for (const auto& stream : streams) {
        ts.pes(stream.pid, 0xC0, 90'000 + (round * 3 + i) * 2160, test::kMp2Frames[i]);
      }
    }
  }
  const Read got = read_all(ts.bytes);
  ASSERT_FALSE(got.tracks.empty());
  for (const media::Tracks& tracks : got.tracks) {
    EXPECT_LE(tracks.size(), mpegts::kMaxStreams);
    std::vector<bool> is_used(mpegts::kMaxStreams + 1);
    for (const media::Track& track : tracks) {
      ASSERT_GE(track.id, 1U);
      ASSERT_LE(track.id, mpegts::kMaxStreams);
      EXPECT_FALSE(is_used[track.id]);
      is_used[track.id] = true;
    }
  }
}

}  // namespace
}  // namespace flu::container
