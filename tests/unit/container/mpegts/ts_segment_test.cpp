#include <algorithm>
#include <map>

#include <gtest/gtest.h>

#include "libcommon/container/mpegts/ts_packet.h"
#include "libcommon/container/mpegts/ts_writer.h"
#include "tests/unit/container/mpegts/tiny_media.h"
#include "tests/unit/container/mpegts/ts_builder.h"

namespace flu::container {
namespace {

using mpegts::kPacketSize;
using mpegts::TsPacket;

media::Track track_of(std::uint32_t id, media::CodecId codec) {
  media::Track track;
  track.id = id;
  track.codec = codec;
  track.kind = media::kind_of(codec);
  if (codec == media::CodecId::kMpeg2Video) track.nominal_duration = media::Ticks{3600};
  if (codec == media::CodecId::kMp2) track.audio = {48'000, 1, 1152};
  return track;
}

const media::Tracks kTracks = {track_of(1, media::CodecId::kMpeg2Video),
                               track_of(2, media::CodecId::kMp2)};

constexpr media::Timestamp kStart{158'741'550'000'000};

// Track by track, as a stored segment has them: four seconds of 25 pictures and 41.7 frames.
std::vector<SampleView> samples_of(std::size_t pictures = 100) {
  std::vector<SampleView> out;
  for (std::size_t i = 0; i < pictures; ++i) {
    out.push_back({1, kStart + media::Ticks(static_cast<std::int64_t>(i) * 3600), media::Ticks{0},
                   i % 50 == 0, test::kMpeg2Units[i % 3]});
  }
  for (std::size_t i = 0; i * 2160 < pictures * 3600; ++i) {
    out.push_back({2, kStart + media::Ticks(static_cast<std::int64_t>(i) * 2160), media::Ticks{0},
                   true, test::kMp2Frames[i % 3]});
  }
  return out;
}

std::vector<TsPacket> packets_of(const Buffer& segment) {
  std::vector<TsPacket> out;
  for (std::size_t at = 0; at + kPacketSize <= segment.size(); at += kPacketSize) {
    TsPacket packet;
    EXPECT_TRUE(
        mpegts::parse_packet(mpegts::PacketBytes(segment.data() + at, kPacketSize), packet));
    out.push_back(packet);
  }
  return out;
}

TEST(MuxTsSegment, BeginsWithTablesAndEndsOnSixteenOfEachPid) {
  for (const std::size_t pictures : {1U, 2U, 7U, 50U, 100U}) {
    const Result<Buffer> segment = mux_ts_segment(kTracks, samples_of(pictures));
    ASSERT_TRUE(segment);
    const std::vector<TsPacket> packets = packets_of(*segment);
    EXPECT_EQ(packets.at(0).pid, 0);
    EXPECT_EQ(packets.at(1).pid, 0x1000);
    std::map<std::uint16_t, std::size_t> counts;
    for (const TsPacket& packet : packets) {
      if (!packet.has_payload) continue;
      EXPECT_EQ(packet.continuity, counts[packet.pid] % 16);
      EXPECT_FALSE(packet.payload.empty());
      ++counts[packet.pid];
    }
    EXPECT_EQ(counts.size(), 4U);
    for (const auto& [pid, count] : counts) EXPECT_EQ(count % 16, 0U) << pid;
  }
}

media::Event splice_at(media::Timestamp pts) {
  media::Event event;
  event.scheme = media::kScte35Scheme;
  event.time = pts;
  event.data = test::kTimeSignal;
  return event;
}

TEST(MuxTsSegment, SplicesStandAtTheBeginningOnAPidOfTheirOwn) {
  const std::vector<media::Event> events = {splice_at(kStart + media::Ticks{180'000}),
                                            splice_at(kStart + media::Ticks{400'000})};
  const Buffer segment = mux_ts_segment(kTracks, samples_of(), {}, events).value();
  std::map<std::uint16_t, std::size_t> counts;
  std::vector<std::uint16_t> order;
  for (const TsPacket& packet : packets_of(segment)) {
    if (!packet.has_payload) continue;
    EXPECT_EQ(packet.continuity, counts[packet.pid] % 16);
    if (counts[packet.pid]++ == 0) order.push_back(packet.pid);
  }
  EXPECT_EQ(order, (std::vector<std::uint16_t>{0, 0x1000, 0x200, 0x100, 0x101}));
  for (const auto& [pid, count] : counts) EXPECT_EQ(count % 16, 0U) << pid;
  const test::Read read = test::read_all(segment);
  EXPECT_EQ(read.counters.psi_errors, 0U);
  std::vector<std::int64_t> times;
  for (const media::Event& event : read.events) {
    // The rest is splice_null, at once.
    if (event.data[13] == 6) times.push_back((event.time - read.of(1)[0].pts()).count());
  }
  EXPECT_EQ(times, (std::vector<std::int64_t>{180'000, 400'000}));
}

TEST(MuxTsSegment, WithoutSplicesNothingIsAnnounced) {
  media::Event other;
  other.scheme = "https://aomedia.org/emsg/ID3";
  other.time = kStart;
  EXPECT_EQ(mux_ts_segment(kTracks, samples_of(), {}, {&other, 1}).value(),
            mux_ts_segment(kTracks, samples_of()).value());
}

TEST(MuxTsSegment, IsAFunctionOfItsArguments) {
  std::vector<SampleView> samples = samples_of();
  const Buffer first = mux_ts_segment(kTracks, samples).value();
  std::stable_sort(samples.begin(), samples.end(),
                   [](const auto& a, const auto& b) { return a.dts < b.dts; });
  EXPECT_EQ(mux_ts_segment(kTracks, samples).value(), first);
}

TEST(MuxTsSegment, PcrEvery40MillisecondsAndBeforeItsPictures) {
  const Buffer segment = mux_ts_segment(kTracks, samples_of()).value();
  std::optional<std::uint64_t> last;
  for (const TsPacket& packet : packets_of(segment)) {
    if (!packet.pcr) continue;
    EXPECT_EQ(packet.pid, 0x100);
    if (last) {
      EXPECT_LE((*packet.pcr - *last) / 300, 3600U);
    }
    last = packet.pcr;
  }
  ASSERT_TRUE(last);
}

TEST(MuxTsSegment, PcrBetweenPicturesThatLieFarApart) {
  media::Tracks tracks = kTracks;
  tracks[0].nominal_duration = media::Ticks{18'000};  // 5 a second
  std::vector<SampleView> samples = samples_of();
  std::erase_if(samples, [](const SampleView& sample) {
    return sample.track_id == 1 && (sample.dts - kStart).count() % 18'000 != 0;
  });
  std::uint64_t last = 0;
  std::uint64_t longest = 0;
  for (const TsPacket& packet : packets_of(mux_ts_segment(tracks, samples).value())) {
    if (!packet.pcr) continue;
    const std::uint64_t pcr = *packet.pcr / 300;
    if (last != 0) longest = std::max(longest, pcr - last);
    EXPECT_GT(pcr, last);
    last = pcr;
  }
  EXPECT_LE(longest, 9000U);  // audio comes in packets of up to 100 ms
}

TEST(MuxTsSegment, AudioFramesShareAPesPacket) {
  const Buffer segment = mux_ts_segment(kTracks, samples_of()).value();
  std::size_t begun = 0;
  for (const TsPacket& packet : packets_of(segment)) {
    begun += packet.pid == 0x101 && packet.starts_unit ? 1 : 0;
  }
  EXPECT_EQ(begun, (167 + 3) / 4U);  // four frames of 24 ms
}

TEST(MuxTsSegment, AGapInAudioBeginsAnotherPesPacket) {
  std::vector<SampleView> samples = samples_of();
  for (SampleView& sample : samples) {
    if (sample.track_id == 2 && sample.dts > kStart + media::Ticks{100'000}) {
      sample.dts += media::Ticks{5000};
    }
  }
  const test::Read read = test::read_all(mux_ts_segment(kTracks, samples).value());
  std::vector<media::Timestamp> got;
  for (const media::Sample& sample : read.of(2)) got.push_back(sample.dts);
  std::vector<media::Timestamp> wanted;
  const std::int64_t first = (std::int64_t{1} << 33) - 1;
  for (const SampleView& sample : samples) {
    if (sample.track_id == 2) wanted.push_back(media::Timestamp{sample.dts.count() & first});
  }
  EXPECT_EQ(got, wanted);
}

TEST(MuxTsSegment, OtherTracksAreLeftOut) {
  const media::Tracks audio_only = {kTracks[1]};
  const test::Read read = test::read_all(mux_ts_segment(audio_only, samples_of()).value());
  ASSERT_EQ(read.tracks.size(), 1U);
  EXPECT_EQ(read.tracks[0].at(0).codec, media::CodecId::kMp2);
  EXPECT_EQ(read.samples.size(), 167U);
}

TEST(MuxTsSegment, KeyFramesCarryTablesAndRandomAccess) {
  const Buffer segment = mux_ts_segment(kTracks, samples_of()).value();
  std::size_t entries = 0;
  bool has_tables = false;
  for (const TsPacket& packet : packets_of(segment)) {
    if (packet.pid == 0x1000) has_tables = true;
    if (packet.pid != 0x100) continue;
    if (packet.is_random_access) {
      EXPECT_TRUE(has_tables);
      ++entries;
    }
    has_tables = false;
  }
  EXPECT_EQ(entries, 2U);
}

TEST(MuxTsSegment, TinyLastSamplesAreStretchedToo) {
  media::Tracks tracks = {kTracks[0], track_of(2, media::CodecId::kDvbSubtitle)};
  const Buffer bitmap = {0x20};
  std::vector<SampleView> samples = {{1, kStart, media::Ticks{0}, true, test::kMpeg2Units[0]},
                                     {2, kStart, media::Ticks{0}, true, bitmap}};
  const Buffer segment = mux_ts_segment(tracks, samples).value();
  std::map<std::uint16_t, std::size_t> counts;
  for (const TsPacket& packet : packets_of(segment)) counts[packet.pid] += packet.has_payload;
  for (const auto& [pid, count] : counts) EXPECT_EQ(count % 16, 0U) << pid;
  EXPECT_EQ(test::read_all(segment).of(2).size(), 1U);
}

TEST(MuxTsSegment, WhatCannotBeSaidIsRefused) {
  EXPECT_FALSE(mux_ts_segment({}, {}));
  TsWriterOptions options;
  options.first_pid = 0x1FFE;
  EXPECT_FALSE(mux_ts_segment(kTracks, samples_of(), options));
  options.first_pid = 0xFFF;  // track 2 would have the PMT's
  EXPECT_FALSE(mux_ts_segment(kTracks, samples_of(), options));
  options = {};
  options.pmt_pid = 0x10;
  EXPECT_FALSE(mux_ts_segment(kTracks, samples_of(), options));
  const Buffer huge(70'000, 0xFF);
  const SampleView sample{2, kStart, media::Ticks{0}, true, huge};
  EXPECT_FALSE(mux_ts_segment(kTracks, {&sample, 1}));
}

}  // namespace
}  // namespace flu::container
