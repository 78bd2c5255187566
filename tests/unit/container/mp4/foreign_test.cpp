// Fragmented MP4 as other writers make it, through FluReader.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libcommon/base/byte_writer.h"
#include "libcommon/container/mp4/boxes.h"
#include "libcommon/container/mp4/flu_stream.h"
#include "libcommon/container/mp4/init.h"
#include "tests/support/flu_samples.h"

namespace flu::container {
namespace {

using media::Sap;
using media::Ticks;

// An init with another brand and timescale, and without trex defaults.
Buffer foreign_init(const media::Tracks& tracks, std::uint32_t timescale) {
  Buffer init = write_init(tracks);
  std::copy_n("abcd", 4, init.begin() + 28);
  ByteWriter out(init);
  for (std::size_t at = 0; (at = as_text(init).find("mdhd", at)) != std::string_view::npos;
       at += 4) {
    out.patch_u32(at + 16, timescale);
  }
  for (std::size_t at = 0; (at = as_text(init).find("trex", at)) != std::string_view::npos;
       at += 4) {
    out.patch_u32(at + 16, 0);
  }
  return init;
}

struct Traf {
  std::uint32_t id = 1;
  std::uint32_t flags = 0x02'0000;
  std::optional<std::uint64_t> base{};        // base_data_offset
  std::optional<std::uint32_t> time{};        // tfdt, version 0
  std::vector<std::uint32_t> durations{};     // one a sample, of 10 bytes
  std::vector<std::int32_t> offsets{};        // composition
  std::optional<std::int32_t> data_offset{};  // after the mdat's header, else none
};

void write_traf(const Traf& traf, std::vector<std::size_t>& patches, ByteWriter& out) {
  const BoxScope box(out, four_cc("traf"));
  {
    const BoxScope tfhd(out, four_cc("tfhd"), 0, traf.flags | 0x10 | (traf.base ? 1U : 0U));
    out.u32(traf.id);
    if (traf.base) out.u64(*traf.base);
    out.u32(10);
  }
  if (traf.time) {
    const BoxScope tfdt(out, four_cc("tfdt"), 0, 0);
    out.u32(*traf.time);
  }
  const std::uint32_t flags =
      0x104 | (traf.data_offset ? 1U : 0U) | (traf.offsets.empty() ? 0 : 0x800U);
  const BoxScope trun(out, four_cc("trun"), 1, flags);
  out.u32(static_cast<std::uint32_t>(traf.durations.size()));
  if (traf.data_offset) {
    patches.push_back(out.size());
    out.u32(static_cast<std::uint32_t>(*traf.data_offset));
  }
  out.u32(0x0200'0000);
  for (std::size_t i = 0; i < traf.durations.size(); ++i) {
    out.u32(traf.durations[i]);
    if (!traf.offsets.empty()) out.u32(static_cast<std::uint32_t>(traf.offsets[i]));
  }
}

// moof and mdat; the data offsets count from behind the mdat's header.
void append_fragment(const std::vector<Traf>& trafs, std::size_t data, Buffer& stream) {
  Buffer moof;
  ByteWriter out(moof);
  std::vector<std::size_t> patches;
  {
    const BoxScope box(out, four_cc("moof"));
    {
      const BoxScope mfhd(out, four_cc("mfhd"), 0, 0);
      out.u32(1);
    }
    for (const Traf& traf : trafs) {
      write_traf(traf, patches, out);
    }
  }
  for (const std::size_t at : patches) {
    out.patch_u32(at, ByteReader(Bytes(moof).subspan(at)).u32().value() +
                          static_cast<std::uint32_t>(moof.size()) + 8);
  }
  append(stream, moof);
  ByteWriter stream_out(stream);
  const BoxScope mdat(stream_out, four_cc("mdat"));
  stream_out.bytes(test::pattern(data));
}

struct Read {
  std::vector<Fragment> fragments;
  std::vector<Buffer> payloads;
  std::vector<media::TracksChanged> tracks;
  std::vector<media::Event> events;
  std::string error;
};

Read read(const Buffer& stream) {
  FluReader reader;
  reader.feed(stream);
  Read all;
  while (true) {
    auto unit = reader.next();
    if (!unit) all.error = unit.error().message;
    if (!unit || !*unit) return all;
    if (auto* fragment = std::get_if<Fragment>(&**unit)) {
      all.payloads.emplace_back(fragment->payload.begin(), fragment->payload.end());
      all.fragments.push_back(std::move(*fragment));
    } else if (auto* tracks = std::get_if<media::TracksChanged>(&**unit)) {
      all.tracks.push_back(*tracks);
    } else if (auto* event = std::get_if<media::Event>(&**unit)) {
      all.events.push_back(*event);
    }
  }
}

TEST(Foreign, ScalesTimesWithoutDrift) {
  Buffer stream = foreign_init({test::aac_track(1)}, 44'100);
  append_fragment(
      {{.time = 44'100, .durations = std::vector<std::uint32_t>(441, 1024), .data_offset = 0}},
      4410, stream);
  const Read all = read(stream);
  ASSERT_EQ(all.error, "");
  const auto& samples = all.fragments.at(0).samples;
  EXPECT_EQ(samples.front().dts.count(), 90'000);
  EXPECT_EQ((samples.back().dts + samples.back().duration).count(),
            90'000 + 1024 * 441 * 90'000LL / 44'100);
  for (std::size_t i = 1; i < samples.size(); ++i) {
    EXPECT_EQ(samples[i].dts, samples[i - 1].dts + samples[i - 1].duration);
  }
}

TEST(Foreign, ReadsSeveralTrafsOfOneMoof) {
  Buffer stream = foreign_init({test::h264_track(1), test::aac_track(2)}, 1000);
  append_fragment({{.id = 1, .time = 0, .durations = {40, 40}, .data_offset = 0},
                   {.id = 2, .time = 0, .durations = {21}, .data_offset = 20}},
                  30, stream);
  const Read all = read(stream);
  ASSERT_EQ(all.error, "");
  ASSERT_EQ(all.fragments.size(), 2U);
  const Buffer data = test::pattern(30);
  EXPECT_EQ(all.payloads[0], Buffer(data.begin(), data.begin() + 20));
  EXPECT_EQ(all.payloads[1], Buffer(data.begin() + 20, data.end()));
  EXPECT_EQ(all.fragments[0].samples[0].sap, Sap::kClosed);
}

TEST(Foreign, GoesOnWhereTfdtIsMissing) {
  Buffer stream = foreign_init({test::h264_track(1)}, 1000);
  for (int i = 0; i < 2; ++i) {
    append_fragment({{.durations = {40, 40}, .data_offset = 0}}, 20, stream);
  }
  const Read all = read(stream);
  ASSERT_EQ(all.fragments.size(), 2U);
  EXPECT_EQ(all.fragments[1].samples[0].dts.count(), 7200);
}

TEST(Foreign, BaseDataOffsetCountsFromTheFile) {
  Buffer stream = foreign_init({test::h264_track(1)}, 1000);
  append_fragment(
      {{.flags = 0, .base = stream.size(), .time = 0, .durations = {40}, .data_offset = 0}}, 10,
      stream);
  EXPECT_EQ(read(stream).payloads.at(0), test::pattern(10));
  Buffer flu = write_init({test::h264_track(1)});
  append_fragment(
      {{.flags = 0, .base = flu.size(), .time = 0, .durations = {40}, .data_offset = 0}}, 10, flu);
  EXPECT_THAT(read(flu).error, testing::HasSubstr("base_data_offset"));
}

TEST(Foreign, ALaterTrafFollowsTheOneBefore) {
  Buffer stream = foreign_init({test::h264_track(1), test::aac_track(2)}, 1000);
  append_fragment({{.id = 1, .flags = 0, .time = 0, .durations = {40, 40}, .data_offset = 0},
                   {.id = 2, .flags = 0, .time = 0, .durations = {21}}},
                  30, stream);
  const Read all = read(stream);
  ASSERT_EQ(all.error, "");
  EXPECT_EQ(all.payloads.at(1).size(), 10U);
  EXPECT_EQ(all.payloads.at(1)[0], test::pattern(30)[20]);
}

TEST(Foreign, NegativeOffsetsMoveDecodingNotPresentation) {
  Buffer stream = foreign_init({test::h264_track(1)}, 90'000);
  append_fragment({{.time = 90'000,
                    .durations = {3600, 3600, 3600},
                    .offsets = {0, 7200, -3600},
                    .data_offset = 0}},
                  30, stream);
  append_fragment({{.time = 100'800, .durations = {3600}, .offsets = {0}, .data_offset = 0}}, 10,
                  stream);
  const Read all = read(stream);
  ASSERT_EQ(all.error, "");
  std::vector<std::int64_t> dts;
  std::vector<std::int64_t> pts;
  for (const Fragment& fragment : all.fragments) {
    for (const SampleEntry& sample : fragment.samples) {
      dts.push_back(sample.dts.count());
      pts.push_back((sample.dts + sample.cts).count());
      EXPECT_GE(sample.cts.count(), 0);
    }
  }
  EXPECT_EQ(dts, (std::vector<std::int64_t>{86'400, 90'000, 93'600, 97'200}));
  EXPECT_EQ(pts, (std::vector<std::int64_t>{90'000, 100'800, 93'600, 100'800}));
}

TEST(Foreign, AShiftThatGrowsKeepsTheOrderOfDecoding) {
  Buffer stream = foreign_init({test::h264_track(1)}, 90'000);
  append_fragment({{.time = 90'000, .durations = {3600}, .offsets = {-1}, .data_offset = 0}}, 10,
                  stream);
  append_fragment(
      {{.time = 93'600, .durations = {3600, 3600}, .offsets = {-3600, 0}, .data_offset = 0}}, 20,
      stream);
  const Read all = read(stream);
  ASSERT_EQ(all.error, "");
  const Ticks first = all.fragments[0].samples[0].dts;
  const Ticks second = all.fragments[1].samples[0].dts;
  EXPECT_LT(first, second);
  EXPECT_LT(second, all.fragments[1].samples[1].dts);
}

TEST(Foreign, TellsMp2FromMp3ByItsFirstFrame) {
  const auto mp3 = test::audio_track(1, media::CodecId::kMp3, {}, 48'000, 1152);
  for (const auto& [second, codec] :
       {std::pair{0xFD, media::CodecId::kMp2}, std::pair{0xFB, media::CodecId::kMp3}}) {
    Buffer stream = foreign_init({mp3}, 48'000);
    append_fragment({{.time = 0, .durations = {1152}, .data_offset = 0}}, 10, stream);
    stream[stream.size() - 10] = 0xFF;
    stream[stream.size() - 9] = static_cast<std::uint8_t>(second);
    const Read all = read(stream);
    ASSERT_EQ(all.error, "");
    EXPECT_EQ(all.tracks.back().tracks.at(0).codec, codec);
    EXPECT_EQ(all.tracks.size(), codec == media::CodecId::kMp2 ? 2U : 1U);
  }
}

TEST(Foreign, RelativeEventsCountFromTheFragmentThatFollows) {
  Buffer stream = foreign_init({test::h264_track(1)}, 1000);
  {
    ByteWriter out(stream);
    const BoxScope emsg(out, four_cc("emsg"), 0, 0);
    out.text("urn:x");
    out.zeros(2);
    out.u32(1000);
    out.u32(500);
    out.u32(0);
    out.u32(1);
  }
  append_fragment({{.time = 2000, .durations = {40}, .data_offset = 0}}, 10, stream);
  const Read all = read(stream);
  ASSERT_EQ(all.events.size(), 1U);
  EXPECT_EQ(all.events[0].time.count(), 225'000);
}

TEST(Foreign, PassesOverTracksItDoesNotKnow) {
  Buffer stream = foreign_init({test::h264_track(1), test::aac_track(2)}, 1000);
  stream[as_text(stream).find("avc1")] = 'x';
  append_fragment({{.id = 1, .time = 0, .durations = {40}, .data_offset = 0},
                   {.id = 2, .time = 0, .durations = {21}, .data_offset = 10}},
                  20, stream);
  const Read all = read(stream);
  ASSERT_EQ(all.error, "");
  ASSERT_EQ(all.fragments.size(), 1U);
  EXPECT_EQ(all.fragments[0].track_id, 2U);
  append_fragment({{.id = 3, .time = 0, .durations = {40}, .data_offset = 0}}, 10, stream);
  EXPECT_THAT(read(stream).error, testing::HasSubstr("track 3 is not in the moov"));
}

}  // namespace
}  // namespace flu::container
