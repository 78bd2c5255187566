#include "libcommon/container/mpegts/ts_writer.h"

#include <map>
#include <vector>

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

// PMTs in the order in which they come, each as often as it changes.
std::vector<mpegts::Pmt> pmts_of(const Buffer& bytes) {
  std::vector<mpegts::Pmt> out;
  mpegts::SectionAssembler sections;
  for (const TsPacket& packet : packets_of(bytes)) {
    if (packet.pid != 0x1000) continue;
    sections.feed(packet.payload, packet.starts_unit, [&](Bytes section) {
      const mpegts::Pmt pmt = mpegts::parse_pmt(section).value();
      if (out.empty() || !(out.back() == pmt)) out.push_back(pmt);
    });
  }
  return out;
}

// ISO 13818-1 2.4.3.3 from packet to packet, unless one says that it breaks.
void expect_continuity(const Buffer& bytes) {
  std::map<std::uint16_t, std::uint8_t> last;
  for (const TsPacket& packet : packets_of(bytes)) {
    const auto before = last.find(packet.pid);
    if (before != last.end() && !packet.is_discontinuous) {
      EXPECT_EQ(packet.continuity, (before->second + (packet.has_payload ? 1 : 0)) % 16)
          << packet.pid;
    }
    last[packet.pid] = packet.continuity;
  }
}

std::vector<TsPacket> of_pid(const Buffer& bytes, std::uint16_t pid) {
  std::vector<TsPacket> out = packets_of(bytes);
  std::erase_if(out, [&](const TsPacket& packet) { return packet.pid != pid; });
  return out;
}

const SampleView kSound{2, media::Timestamp{1'000'000}, media::Ticks{0}, true, test::kMp2Frames[0]};

TEST(TsWriter, ADiscontinuityStandsOnTheFirstPacketOfEachPid) {
  TsWriter writer(tracks());
  Buffer out;
  ASSERT_TRUE(writer.write(picture(0, 900'000), out));
  writer.mark_discontinuity();
  Buffer after;
  SampleView sound = kSound;
  ASSERT_TRUE(writer.write(sound, after));
  ASSERT_TRUE(writer.write(picture(0, 1'000'000), after));
  ASSERT_TRUE(writer.write(picture(1, 1'003'600), after));
  sound.dts += media::Ticks{2160};
  ASSERT_TRUE(writer.write(sound, after));
  for (const std::uint16_t pid : {std::uint16_t{0x100}, std::uint16_t{0x101}}) {
    const std::vector<TsPacket> packets = of_pid(after, pid);
    ASSERT_GE(packets.size(), 2U);
    EXPECT_TRUE(packets[0].is_discontinuous);
    EXPECT_TRUE(packets[0].starts_unit);
    for (std::size_t i = 1; i < packets.size(); ++i) EXPECT_FALSE(packets[i].is_discontinuous);
  }
  // 2.4.3.5: up to and with the first PCR of the new time base.
  EXPECT_TRUE(of_pid(after, 0x100)[0].pcr);
  append(out, after);
  expect_continuity(out);
  EXPECT_EQ(test::read_all(out).counters.continuity_errors, 0U);
}

TEST(TsWriter, ADiscontinuityHasAPcrEvenWhereThePcrWouldNotRise) {
  TsWriter writer(tracks());
  Buffer out;
  ASSERT_TRUE(writer.write(picture(0, 900'000), out));
  writer.mark_discontinuity(1);
  out.clear();
  ASSERT_TRUE(writer.write(picture(0, 900'000), out));
  EXPECT_TRUE(of_pid(out, 0x100)[0].is_discontinuous);
  EXPECT_TRUE(of_pid(out, 0x100)[0].pcr);
}

TEST(TsWriter, OtherTracksGoOnWithTheCountersAndTheNextPmt) {
  TsWriter writer(tracks());
  Buffer out;
  ASSERT_TRUE(writer.write(picture(0, 900'000), out));
  ASSERT_TRUE(writer.write(kSound, out));
  writer.set_tracks(tracks());
  ASSERT_TRUE(writer.write(picture(0, 903'600), out));
  EXPECT_EQ(pmts_of(out).size(), 1U);  // nothing new
  writer.set_tracks({tracks()[0]});
  ASSERT_TRUE(writer.write(picture(1, 907'200), out));
  media::Tracks more = tracks();
  more[1].language = "deu";
  writer.set_tracks(more);
  ASSERT_TRUE(writer.write(picture(1, 910'800), out));
  ASSERT_TRUE(writer.write(kSound, out));
  const std::vector<mpegts::Pmt> pmts = pmts_of(out);
  ASSERT_EQ(pmts.size(), 3U);
  for (std::size_t i = 0; i < pmts.size(); ++i) EXPECT_EQ(pmts[i].version, i);
  EXPECT_EQ(pmts[1].streams.size(), 1U);
  EXPECT_EQ(pmts[2].streams.size(), 2U);
  expect_continuity(out);
}

TEST(TsWriter, TracksAndTheSdtHaveThePidsThatAreAsked) {
  TsWriterOptions options;
  options.service_name = "one";
  options.sdt_pid = 0x12;
  options.track_pids = {{1, 0x321}};
  TsWriter writer(tracks(), options);
  Buffer out;
  ASSERT_TRUE(writer.write(picture(0, 900'000), out));
  EXPECT_FALSE(of_pid(out, 0x12).empty());
  EXPECT_FALSE(of_pid(out, 0x321).empty());
  EXPECT_TRUE(of_pid(out, mpegts::kSdtPid).empty());
  options.track_pids = {{1, 0x12}};
  EXPECT_FALSE(TsWriter(tracks(), options).write(picture(0, 900'000), out));
}

TEST(TsWriter, ANewNameIsTheNextSdt) {
  TsWriterOptions options;
  options.service_name = "one";
  TsWriter writer(tracks(), options);
  Buffer out;
  ASSERT_TRUE(writer.write(picture(0, 900'000), out));
  writer.set_service("two", "");
  ASSERT_TRUE(writer.write(picture(1, 903'600), out));
  const std::vector<TsPacket> packets = of_pid(out, mpegts::kSdtPid);
  ASSERT_EQ(packets.size(), 2U);
  // pointer_field, then version_number in the sixth byte of the section
  EXPECT_EQ(packets[0].payload[6] >> 1 & 0x1F, 0);
  EXPECT_EQ(packets[1].payload[6] >> 1 & 0x1F, 1);
  expect_continuity(out);
}

media::Event splice_at(std::int64_t pts) {
  media::Event event;
  event.scheme = media::kScte35Scheme;
  event.time = media::Timestamp{pts};
  event.data = test::kTimeSignal;
  return event;
}

TEST(TsWriter, Scte35IsAnnouncedWithTheFirstEvent) {
  TsWriter writer(tracks());
  Buffer out;
  const std::int64_t start = 158'741'550'000'000;
  ASSERT_TRUE(writer.write(picture(0, start), out));
  media::Event other = splice_at(start);
  other.scheme = "urn:misb:KLV:bin:1910.1";
  EXPECT_FALSE(writer.write_event(other, out));
  other = splice_at(start);
  other.data.pop_back();
  EXPECT_FALSE(writer.write_event(other, out));
  EXPECT_EQ(pmts_of(out).size(), 1U);

  EXPECT_TRUE(writer.write_event(splice_at(start + 360'000), out));
  ASSERT_TRUE(writer.write(picture(1, start + 3600), out));
  EXPECT_TRUE(writer.write_event(splice_at(start + 720'000), out));
  const std::vector<mpegts::Pmt> pmts = pmts_of(out);
  ASSERT_EQ(pmts.size(), 2U);
  EXPECT_EQ(pmts[1].version, 1);
  EXPECT_EQ(pmts[1].descriptors, (Buffer{0x05, 4, 'C', 'U', 'E', 'I'}));
  ASSERT_EQ(pmts[1].streams.size(), 3U);
  EXPECT_EQ(pmts[1].streams[2].stream_type, 0x86);
  EXPECT_EQ(pmts[1].streams[2].pid, 0x200);
  EXPECT_EQ(count_pid(out, 0x200), 2U);
  expect_continuity(out);

  const test::Read read = test::read_all(out);
  ASSERT_EQ(read.events.size(), 2U);
  const media::Timestamp first = read.of(1)[0].pts();
  EXPECT_EQ((read.events[0].time - first).count(), 360'000);
  EXPECT_EQ((read.events[1].time - first).count(), 720'000);
}

TEST(TsWriter, AResumptionBreaksEveryCounter) {
  TsWriter writer(tracks());
  Buffer before;
  ASSERT_TRUE(writer.write(picture(0, 900'000), before));
  ASSERT_TRUE(writer.write_event(splice_at(950'000), before));
  Buffer missed;
  for (std::int64_t i = 1; i < 7; ++i)
    ASSERT_TRUE(writer.write(picture(1, i * 36'000 + 900'000), missed));
  ASSERT_TRUE(writer.write(kSound, missed));
  Buffer resumption;
  writer.write_resumption(media::Timestamp{1'200'000}, resumption);
  for (const TsPacket& packet : packets_of(resumption)) {
    EXPECT_TRUE(packet.is_discontinuous);
    EXPECT_FALSE(packet.has_payload);
    EXPECT_EQ(packet.pcr.has_value(), packet.pid == 0x100);
  }
  Buffer after;
  ASSERT_TRUE(writer.write(picture(0, 1'200'000), after));
  ASSERT_TRUE(writer.write(kSound, after));
  ASSERT_TRUE(writer.write_event(splice_at(1'250'000), after));
  Buffer seen = before;
  append(seen, resumption);
  append(seen, after);
  expect_continuity(seen);
  EXPECT_EQ(test::read_all(seen).counters.continuity_errors, 0U);
  append(before, after);  // without it
  EXPECT_GT(test::read_all(before).counters.continuity_errors, 0U);
}

TEST(TsWriter, ATrackKeepsItsPidWhenOthersCome) {
  TsWriter writer({tracks()[1]});
  Buffer out;
  ASSERT_TRUE(writer.write(kSound, out));
  EXPECT_EQ(count_pid(out, 0x101), 1U);
  writer.set_tracks(tracks());
  ASSERT_TRUE(writer.write(picture(0, 903'600), out));
  ASSERT_TRUE(writer.write(kSound, out));
  EXPECT_EQ(count_pid(out, 0x101), 2U);
  EXPECT_GT(count_pid(out, 0x100), 0U);
  expect_continuity(out);
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
