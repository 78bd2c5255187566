#include "libcommon/container/mpegts/ts_writer.h"

#include <gtest/gtest.h>

#include "libcommon/container/mpegts/ts_packet.h"
#include "tests/unit/container/mpegts/tiny_media.h"
#include "tests/unit/container/mpegts/ts_builder.h"

namespace flu::container {
namespace {

using mpegts::kPacketSize;
using mpegts::TsPacket;

media::Tracks tracks() {
  media::Track video;
  video.id = 1;
  video.codec = media::CodecId::kMpeg2Video;
  video.nominal_duration = media::Ticks{3600};
  media::Track audio;
  audio.id = 2;
  audio.kind = media::TrackKind::kAudio;
  audio.codec = media::CodecId::kMp2;
  audio.audio = {48'000, 1, 1152};
  return {video, audio};
}

SampleView picture(std::size_t i, std::int64_t dts) {
  return {1, media::Timestamp{dts}, media::Ticks{0}, i % 3 == 0, test::kMpeg2Units[i % 3]};
}

std::vector<TsPacket> packets_of(const Buffer& bytes) {
  std::vector<TsPacket> out;
  for (std::size_t at = 0; at + kPacketSize <= bytes.size(); at += kPacketSize) {
    TsPacket packet;
    EXPECT_TRUE(mpegts::parse_packet(mpegts::PacketBytes(bytes.data() + at, kPacketSize), packet));
    out.push_back(packet);
  }
  return out;
}

std::size_t count_pid(const Buffer& bytes, std::uint16_t pid) {
  std::size_t count = 0;
  for (const TsPacket& packet : packets_of(bytes)) count += packet.pid == pid ? 1 : 0;
  return count;
}

TEST(TsWriter, TablesFirstAtKeyFramesAndEvery400Milliseconds) {
  TsWriter writer(tracks());
  Buffer out;
  ASSERT_TRUE(writer.write(picture(0, 0), out));
  EXPECT_EQ(packets_of(out).front().pid, 0);
  EXPECT_EQ(count_pid(out, 0x1000), 1U);
  out.clear();
  for (std::int64_t i = 1; i < 10; ++i) ASSERT_TRUE(writer.write(picture(1, i * 3600), out));
  EXPECT_EQ(count_pid(out, 0x1000), 0U);
  ASSERT_TRUE(writer.write(picture(1, 10 * 3600), out));
  EXPECT_EQ(count_pid(out, 0x1000), 1U);
  ASSERT_TRUE(writer.write(picture(0, 11 * 3600), out));
  EXPECT_EQ(count_pid(out, 0x1000), 2U);
}

TEST(TsWriter, TablesWrittenByHandAreNotWrittenTwice) {
  TsWriter writer(tracks());
  Buffer out;
  writer.write_tables(out);
  ASSERT_TRUE(writer.write(picture(0, 0), out));
  EXPECT_EQ(count_pid(out, 0), 1U);
}

TEST(TsWriter, ASmallPictureSaysItsLengthSoThatReadersNeedNotWait) {
  TsWriter writer(tracks());
  Buffer out;
  ASSERT_TRUE(writer.write(picture(0, 0), out));
  TsReader reader;
  test::Read got;
  ASSERT_TRUE(writer.write(picture(1, 3600), out));
  reader.feed(out);
  take_units(reader, got);
  EXPECT_EQ(reader.counters().pes_errors, 0U);
  for (const TsPacket& packet : packets_of(out)) {
    if (packet.pid == 0x100 && packet.starts_unit) {
      EXPECT_NE(packet.payload[4] << 8 | packet.payload[5], 0);
    }
  }
}

TEST(TsWriter, PcrNeverGoesBackUnlessTheTimesDo) {
  TsWriter writer(tracks());
  Buffer out;
  ASSERT_TRUE(writer.write(picture(0, 900'000), out));
  ASSERT_TRUE(writer.write(picture(1, 903'600), out));
  ASSERT_TRUE(writer.write(picture(2, 903'600), out));
  std::vector<TsPacket> with_pcr;
  for (const TsPacket& packet : packets_of(out)) {
    if (packet.pcr) with_pcr.push_back(packet);
  }
  ASSERT_EQ(with_pcr.size(), 2U);
  EXPECT_LT(with_pcr[0].pcr, with_pcr[1].pcr);
  EXPECT_FALSE(with_pcr[1].is_discontinuous);

  out.clear();
  ASSERT_TRUE(writer.write(picture(0, 300'000), out));
  for (const TsPacket& packet : packets_of(out)) {
    if (packet.pcr) {
      EXPECT_TRUE(packet.is_discontinuous);
    }
  }
}

TEST(TsWriter, TimesWrapAt33Bits) {
  TsWriter writer(tracks());
  Buffer out;
  const std::int64_t start = (std::int64_t{1} << 33) * 18'480 - 7200;
  for (std::int64_t i = 0; i < 5; ++i) {
    ASSERT_TRUE(writer.write(picture(static_cast<std::size_t>(i), start + i * 3600), out));
  }
  const auto samples = test::read_all(out).of(1);
  ASSERT_EQ(samples.size(), 5U);
  EXPECT_EQ(samples[0].dts.count(), (std::int64_t{1} << 33) - 7200);
  EXPECT_EQ(samples[4].dts.count(), (std::int64_t{1} << 33) + 7200);
}

TEST(TsWriter, AServiceNameMakesAnSdt) {
  TsWriterOptions options;
  options.service_name = "Второй";
  options.provider = "flu";
  TsWriter writer(tracks(), options);
  Buffer out;
  writer.write_tables(out);
  ASSERT_EQ(count_pid(out, mpegts::kSdtPid), 1U);
  mpegts::SectionAssembler sections;
  for (const TsPacket& packet : packets_of(out)) {
    if (packet.pid != mpegts::kSdtPid) continue;
    sections.feed(packet.payload, packet.starts_unit, [](Bytes section) {
      const auto services = mpegts::parse_sdt(section);
      ASSERT_TRUE(services);
      ASSERT_EQ(services->size(), 1U);
      EXPECT_EQ(services->at(0).name, "Второй");
      EXPECT_EQ(services->at(0).provider, "flu");
      EXPECT_EQ(services->at(0).type, 1);
    });
  }
  Buffer without;
  TsWriter(tracks()).write_tables(without);
  EXPECT_EQ(count_pid(without, mpegts::kSdtPid), 0U);
}

TEST(TsWriter, PidsStepOverThatOfThePmt) {
  TsWriterOptions options;
  options.first_pid = 0x20;
  options.pmt_pid = 0x21;
  TsWriter writer(tracks(), options);
  Buffer out;
  ASSERT_TRUE(writer.write(picture(0, 0), out));
  const SampleView sound{2, media::Timestamp{0}, media::Ticks{0}, true, test::kMp2Frames[0]};
  ASSERT_TRUE(writer.write(sound, out));
  EXPECT_GT(count_pid(out, 0x20), 0U);
  EXPECT_GT(count_pid(out, 0x22), 0U);
}

TEST(TsWriter, AlignedPidsGoOnWithZero) {
  TsWriter writer(tracks());
  Buffer out;
  for (std::size_t i = 0; i < 5; ++i) {
    ASSERT_TRUE(writer.write(picture(i, static_cast<std::int64_t>(i) * 3600), out));
  }
  writer.align_continuity(out);
  for (const int pid : {0x0, 0x1000, 0x100}) {
    EXPECT_EQ(count_pid(out, static_cast<std::uint16_t>(pid)) % 16, 0U) << pid;
  }
}

TEST(TsWriter, AnUnknownTrackIsAnError) {
  TsWriter writer(tracks());
  Buffer out;
  EXPECT_FALSE(
      writer.write({9, media::Timestamp{0}, media::Ticks{0}, true, test::kMp2Frames[0]}, out));
}

}  // namespace
}  // namespace flu::container
