#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "libcommon/container/mpegts/ts_reader.h"
#include "libcommon/container/mpegts/ts_writer.h"
#include "tests/unit/container/mpegts/ts_builder.h"

// Real streams, where $FLU_CORPUS names a folder with a MANIFEST.tsv: what ffprobe said of them.
namespace flu::container {
namespace {

using test::Read;
using test::read_all;

class TsCorpus : public testing::Test {
 protected:
  void SetUp() override {
    const char* folder = std::getenv("FLU_CORPUS");
    if (folder == nullptr) GTEST_SKIP() << "FLU_CORPUS is not set";
    folder_ = folder;
  }

  [[nodiscard]] Buffer file(const std::string& name) const {
    std::ifstream in(folder_ + "/" + name, std::ios::binary);
    EXPECT_TRUE(in) << name;
    return Buffer(std::istreambuf_iterator<char>(in), {});
  }

  std::string folder_;
};

struct Expected {
  std::string file;
  // codec, samples, key frames (0: all), first dts and last in seconds
  struct One {
    std::string codec;
    std::size_t samples;
    std::size_t keys;
    double first;
    double last;
  };
  std::vector<One> tracks;
};

// Where ffprobe counts what no decoder can use, or parts of a unit, the reason stands behind.
const std::vector<Expected> kExpected = {
    {"ts_h264_bframes_aac.ts", {{"h264", 82, 3, 0.000, 2.703}, {"aac", 119, 0, 0.044, 2.783}}},
    {"ts_hevc_aac.ts", {{"hevc", 82, 1, 1.400, 4.103}, {"aac", 119, 0, 1.433, 4.173}}},
    {"ts_h264_ac3.ts", {{"h264", 82, 3, 0.000, 2.703}, {"ac3", 80, 0, 0.038, 2.789}}},
    // From the first I picture and the first PMT on: 14 pictures and 4 frames of 75 and 123.
    {"ts_mpeg2_576i_mp2.ts",
     {{"mpeg2video", 61, 5, 19208.430, 19210.830}, {"mp2", 119, 0, 19207.726, 19210.558}}},
    // The cues' times go back by a tick in the source; ffprobe's last is the latest.
    {"ts_dvbsub_video_start.ts",
     {{"mpeg2video", 30, 6, 1.400, 7.200}, {"dvb_subtitle", 4, 0, 1.600, 3.599}}},
    {"ts_scte35_mpeg2_mp2.ts", {{"mpeg2video", 3, 1, 1.400, 1.467}, {"mp2", 4, 0, 1.422, 1.501}}},
    // 33 bits are unwrapped forwards: 95443.7 s on ffprobe's -1.784.
    {"ts_pts_wrap.ts",
     {{"h264", 82, 3, 95441.933, 95444.636}, {"aac", 119, 0, 95441.977, 95444.717}}},
    {"ts_late_pat_pmt.ts", {{"aac", 4, 0, 59857.894, 59857.963}}},  // nothing before the PMT
    {"ts_declared_but_absent_audio.ts", {{"h264", 134, 9, 1.400, 10.267}}},
    {"ts_h264_no_aud.ts", {{"h264", 3, 1, 1.400, 1.467}}},
    // Six blocks of 256 make a frame: 54 / 6 (ETSI TS 102 366 F.6).
    {"ts_eac3_51.ts", {{"eac3", 9, 0, 0.000, 0.256}}},
    {"ts_h264_mp2.ts", {{"h264", 3, 1, 1.400, 1.467}, {"mp2", 4, 0, 1.467, 1.545}}},
    {"ts_cea608.ts", {{"h264", 240, 2, 10.000, 19.958}, {"aac", 212, 0, 9.881, 19.680}}},
    {"ts_latm.ts", {{"aac", 5, 0, 1.400, 1.586}}},
    {"bdav_m2ts.m2ts", {{"mpeg2video", 30, 3, 1.367, 2.334}, {"mp2", 40, 0, 1.400, 2.419}}},
    {"ts_audio_only_descr.ts", {{"aac", 119, 0, 0.044, 2.783}}},
};

void expect_as(const Read& read, const Expected& expected) {
  ASSERT_FALSE(read.tracks.empty()) << expected.file;
  const media::Tracks& tracks = read.tracks.back();
  ASSERT_EQ(tracks.size(), expected.tracks.size()) << expected.file;
  for (std::size_t i = 0; i < tracks.size(); ++i) {
    const Expected::One& one = expected.tracks[i];
    const auto samples = read.of(tracks[i].id);
    ASSERT_FALSE(samples.empty()) << expected.file;
    EXPECT_EQ(to_string(tracks[i].codec), one.codec) << expected.file;
    EXPECT_EQ(samples.size(), one.samples) << expected.file << ' ' << one.codec;
    std::size_t keys = 0;
    for (const media::Sample& sample : samples) keys += sample.is_key() ? 1 : 0;
    EXPECT_EQ(keys, one.keys == 0 ? one.samples : one.keys) << expected.file;
    EXPECT_NEAR(static_cast<double>(samples.front().dts.count()) / 90'000, one.first, 0.0006)
        << expected.file << ' ' << one.codec;
    EXPECT_NEAR(static_cast<double>(samples.back().dts.count()) / 90'000, one.last, 0.0006)
        << expected.file << ' ' << one.codec;
  }
  EXPECT_EQ(read.counters.continuity_errors, 0U) << expected.file;
  EXPECT_EQ(read.counters.psi_errors, 0U) << expected.file;
  EXPECT_EQ(read.counters.pes_errors, 0U) << expected.file;
  EXPECT_EQ(read.counters.sync_losses, 0U) << expected.file;
}

TEST_F(TsCorpus, FramesAsFfprobeCountsThem) {
  for (const Expected& expected : kExpected) expect_as(read_all(file(expected.file)), expected);
}

TEST_F(TsCorpus, DatagramsGiveTheSame) {
  for (const Expected& expected : kExpected) {
    const Buffer bytes = file(expected.file);
    EXPECT_EQ(read_all(bytes, {}, 1316).samples, read_all(bytes).samples) << expected.file;
  }
}

TEST_F(TsCorpus, WrittenAgainTheyReadTheSame) {
  for (const Expected& expected : kExpected) {
    const Read before = read_all(file(expected.file));
    ASSERT_FALSE(before.tracks.empty());
    const media::Tracks& tracks = before.tracks.back();
    std::vector<SampleView> views;
    for (const media::Sample& sample : before.samples) {
      views.push_back({sample.track_id, sample.dts, sample.cts, sample.is_key(), sample.data});
    }
    const Result<Buffer> segment = mux_ts_segment(tracks, views);
    ASSERT_TRUE(segment) << expected.file << ": " << segment.error().message;
    const Read after = read_all(*segment);
    ASSERT_FALSE(after.tracks.empty()) << expected.file;
    for (std::size_t i = 0; i < tracks.size(); ++i) {
      const auto was = before.of(tracks[i].id);
      const auto is = after.of(after.tracks.back().at(i).id);
      ASSERT_EQ(is.size(), was.size()) << expected.file << ' ' << i;
      for (std::size_t at = 0; at < is.size(); ++at) {
        EXPECT_EQ(is[at].data, was[at].data) << expected.file << ' ' << at;
        EXPECT_EQ(is[at].cts, was[at].cts) << expected.file << ' ' << at;
        // Frames behind the first of a PES packet have times counted in samples, not stored.
        EXPECT_NEAR(static_cast<double>((is[at].dts - is[0].dts).count()),
                    static_cast<double>((was[at].dts - was[0].dts).count()), 2)
            << expected.file << ' ' << at;
      }
    }
  }
}

TEST_F(TsCorpus, KnownErrorsAreCounted) {
  const Read read = read_all(file("ts_cc_errors.ts"));
  EXPECT_EQ(read.counters.packets, 21U);
  EXPECT_EQ(read.counters.continuity_errors, 1U);
  EXPECT_EQ(read.counters.duplicates, 3U);
  EXPECT_EQ(read.counters.scrambled, 16U);
}

TEST_F(TsCorpus, TeletextAloneDoesNotMakeAStreamReady) {
  const Read read = read_all(file("ts_teletext_fr_4audio.ts"));
  EXPECT_TRUE(read.tracks.empty());
  TsReaderOptions options;
  options.pids = {};
  TsReader reader(options);
  reader.feed(file("ts_teletext_fr_4audio.ts"));
  EXPECT_TRUE(reader.has_program());
}

TEST_F(TsCorpus, SpliceEventsAreKept) {
  const Read read = read_all(file("ts_scte35_mpeg2_mp2.ts"));
  ASSERT_EQ(read.events.size(), 3U);
  for (const media::Event& event : read.events) EXPECT_EQ(event.data.size(), 35U);
}

TEST_F(TsCorpus, LanguageAndAudioTypeOfAnAudioDescription) {
  const Read read = read_all(file("ts_audio_only_descr.ts"));
  EXPECT_EQ(read.tracks.at(0).at(0).language, "eng");
  EXPECT_EQ(read.tracks.at(0).at(0).audio_type, 3);
}

TEST_F(TsCorpus, ProgramsOfAMultiplexDoNotMix) {
  const Buffer bytes = file("ts_mpts_8prog_dvbt.ts");
  const Read read = read_all(bytes);
  ASSERT_EQ(read.tracks.size(), 1U);
  std::map<std::uint32_t, media::Timestamp> last;
  for (const media::Sample& sample : read.samples) {
    const auto before = last.find(sample.track_id);
    if (before != last.end()) {
      EXPECT_LT(sample.dts - before->second, media::Ticks{90'000});
    }
    last[sample.track_id] = sample.dts;
  }
  for (const auto& [id, dts] : last) {
    EXPECT_LT(std::abs((dts - last.begin()->second).count()), 2 * 90'000) << id;
  }
}

}  // namespace
}  // namespace flu::container
