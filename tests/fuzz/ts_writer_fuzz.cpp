// Samples of any kind, size and time: what is written must be whole packets with the continuity
// counters in order, each PID of a segment at a multiple of 16, and must read without an error.
#include <array>
#include <cstdint>
#include <map>
#include <vector>

#include "libcommon/base/byte_reader.h"
#include "libcommon/base/check.h"
#include "libcommon/container/mpegts/ts_packet.h"
#include "libcommon/container/mpegts/ts_reader.h"
#include "libcommon/container/mpegts/ts_writer.h"

namespace {

using flu::Buffer;
using flu::Bytes;
using namespace flu::container;  // NOLINT(google-build-using-namespace): a test
using flu::media::CodecId;

constexpr std::array kCodecs = {CodecId::kMpeg2Video, CodecId::kH264, CodecId::kAac,
                                CodecId::kMp2,        CodecId::kMp3,  CodecId::kAc3,
                                CodecId::kEac3,       CodecId::kOpus, CodecId::kDvbSubtitle,
                                CodecId::kTeletext,   CodecId::kHevc};

struct Input {
  flu::media::Tracks tracks;
  std::vector<flu::media::Sample> samples;
  std::vector<std::uint8_t> acts;  // before each: see act()
  TsWriterOptions options;
};

flu::media::Track track_of(std::uint8_t choice, std::uint32_t id) {
  flu::media::Track track;
  track.id = id;
  track.codec = kCodecs[choice % kCodecs.size()];
  track.kind = flu::media::kind_of(track.codec);
  if (track.codec == CodecId::kAac) track.config = {0x11, 0x90};
  if (track.kind == flu::media::TrackKind::kAudio) track.audio = {48'000, 2, 1024};
  track.nominal_duration = flu::media::Ticks{std::int64_t{choice} * 40};
  if ((choice & 0x80) != 0) track.language = "deu";
  return track;
}

// 7 bytes a sample, then its bytes.
flu::Result<void> read_samples(flu::ByteReader& reader, Input& input) {
  std::vector<std::int64_t> times(input.tracks.size(), std::int64_t{1} << 40);
  while (true) {
    FLU_TRY_ASSIGN(const std::uint8_t which, reader.u8());
    FLU_TRY_ASSIGN(const std::uint8_t flags, reader.u8());
    FLU_TRY_ASSIGN(const std::uint16_t step, reader.u16());
    FLU_TRY_ASSIGN(const std::uint8_t repeat, reader.u8());
    FLU_TRY_ASSIGN(const std::uint16_t size, reader.u16());
    FLU_TRY_ASSIGN(const Bytes bytes,
                   reader.bytes(std::min<std::size_t>(size, reader.remaining())));
    const std::size_t track = which % input.tracks.size();
    flu::media::Sample sample;
    sample.track_id = input.tracks[track].id;
    times[track] += (flags & 2) != 0 ? -std::int64_t{step} : std::int64_t{step};
    sample.dts = flu::media::Timestamp{times[track]};
    sample.cts = flu::media::Ticks{(flags & 4) != 0 ? step : 0};
    sample.sap = (flags & 1) != 0 ? flu::media::Sap::kClosed : flu::media::Sap::kNone;
    // Beyond what a PES packet holds, and no further: slow inputs find nothing more.
    constexpr std::size_t kEnough = 100'000;
    for (unsigned i = 0; i <= repeat && sample.data.size() < kEnough; ++i) {
      flu::append(sample.data, bytes);
    }
    const CodecId codec = input.tracks[track].codec;
    if ((codec == CodecId::kH264 || codec == CodecId::kHevc) && (flags & 8) == 0) {
      const std::size_t unit = sample.data.size();
      Buffer prefix;
      for (int shift = 24; shift >= 0; shift -= 8) {
        prefix.push_back(static_cast<std::uint8_t>(unit >> shift));
      }
      sample.data.insert(sample.data.begin(), prefix.begin(), prefix.end());
    }
    input.samples.push_back(std::move(sample));
    input.acts.push_back(flags);
  }
}

Input parse_input(Bytes bytes) {
  Input input;
  flu::ByteReader reader(bytes);
  const std::size_t count = 1 + reader.u8().value_or(0) % 4;
  for (std::uint32_t i = 0; i < count; ++i) {
    input.tracks.push_back(track_of(reader.u8().value_or(0), i + 1));
  }
  if (reader.u8().value_or(0) % 2 != 0) input.options.service_name = "flu";
  static_cast<void>(read_samples(reader, input));
  return input;
}

flu::media::Event splice_at(flu::media::Timestamp time) {
  flu::media::Event event;
  event.scheme = flu::media::kScte35Scheme;
  event.time = time;
  // A time_signal, SCTE 35 14.1.
  event.data = {0xFC, 0x30, 0x34, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xF0, 0x05, 0x06,
                0xFE, 0x72, 0xBD, 0x00, 0x50, 0x00, 0x1E, 0x02, 0x1C, 0x43, 0x55, 0x45, 0x49, 0x48,
                0x00, 0x00, 0x8E, 0x7F, 0xCF, 0x00, 0x01, 0xA5, 0x99, 0xB0, 0x08, 0x08, 0x00, 0x00,
                0x00, 0x00, 0x2C, 0xA0, 0xA1, 0x8A, 0x34, 0x02, 0x00, 0x9A, 0xC9, 0xD1, 0x7E};
  return event;
}

// What may come between the samples of one stream.
void act(std::uint8_t flags, const SampleView& next, Input& input, TsWriter& writer, Buffer& out) {
  if ((flags & 0x10) != 0) writer.mark_discontinuity();
  if ((flags & 0x20) != 0) writer.write_event(splice_at(next.dts), out);
  if ((flags & 0x40) == 0) return;
  input.tracks[0].language = input.tracks[0].language == "fra" ? "deu" : "fra";
  writer.set_tracks(input.tracks);
  writer.set_service(input.tracks[0].language, "flu");
}

void check_packets(const Buffer& stream, bool is_aligned) {
  FLU_CHECK(stream.size() % mpegts::kPacketSize == 0);
  std::map<std::uint16_t, std::size_t> counts;
  for (std::size_t at = 0; at < stream.size(); at += mpegts::kPacketSize) {
    mpegts::TsPacket packet;
    FLU_CHECK(stream[at] == mpegts::kSyncByte);
    FLU_CHECK(
        mpegts::parse_packet(mpegts::PacketBytes(stream.data() + at, mpegts::kPacketSize), packet));
    FLU_CHECK(packet.has_payload == !packet.payload.empty());
    if (!packet.has_payload) continue;
    FLU_CHECK(packet.continuity == counts[packet.pid] % 16);
    ++counts[packet.pid];
  }
  for (const auto& [pid, count] : counts) FLU_CHECK(!is_aligned || count % 16 == 0);
}

void check_reads(const Buffer& stream) {
  TsReader reader;
  reader.feed(stream);
  reader.flush();
  while (reader.next()) {
  }
  const TsCounters& counters = reader.counters();
  FLU_CHECK(counters.packets == stream.size() / mpegts::kPacketSize);
  FLU_CHECK(counters.continuity_errors + counters.duplicates + counters.sync_losses == 0);
  FLU_CHECK(counters.transport_errors + counters.psi_errors + counters.pes_errors == 0);
  FLU_CHECK(stream.empty() || reader.has_program());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input = parse_input(Bytes(data, size));
  std::vector<SampleView> views;
  std::vector<flu::media::Event> events;
  for (const flu::media::Sample& sample : input.samples) {
    views.push_back({sample.track_id, sample.dts, sample.cts, sample.is_key(), sample.data});
    if ((input.acts[views.size() - 1] & 0x20) != 0) events.push_back(splice_at(sample.dts));
  }
  if (const auto segment = mux_ts_segment(input.tracks, views, input.options, events)) {
    check_packets(*segment, true);
    check_reads(*segment);
  }
  TsWriter writer(input.tracks, input.options);
  Buffer stream;
  for (std::size_t i = 0; i < views.size(); ++i) {
    act(input.acts[i], views[i], input, writer, stream);
    static_cast<void>(writer.write(views[i], stream));
  }
  check_packets(stream, false);
  writer.align_continuity(stream);
  check_packets(stream, true);
  check_reads(stream);
  return 0;
}
