// Shows and makes flu streams and segments for tests with stock tools.
//   flu_tool dump < STREAM               one line a unit
//   flu_tool flu < FRAGMENTED_MP4        as a flu stream, its times put to a fixed UTC base
//   flu_tool segment < FRAGMENTED_MP4    the whole as an init and one stored segment
//   flu_tool segment-dump < INIT_AND_SEGMENT
#include <unistd.h>

#include <array>
#include <cstdio>
#include <functional>
#include <map>
#include <string>

#include <fmt/format.h>

#include "libcommon/base/byte_reader.h"
#include "libcommon/container/mp4/flu_stream.h"
#include "libcommon/container/mp4/init.h"
#include "libcommon/container/mp4/segment_box.h"
#include "libcommon/link/unit_writer.h"

namespace {

using flu::Buffer;
using flu::Bytes;
using flu::Result;
using namespace flu::container;  // NOLINT(google-build-using-namespace): a test's main

constexpr flu::media::Ticks kUtcBase{158'741'550'000'000};  // 2025-11-22

void print(std::string_view text) {
  if (!text.empty()) std::fwrite(text.data(), 1, text.size(), stdout);
}
void print(Bytes bytes) {
  print(flu::as_text(bytes));
}

class OutSink final : public flu::link::Sink {
 public:
  bool has_room() override { return true; }
  Result<> append(Buffer header, Buffer payload) override {
    print(header);
    print(payload);
    return {};
  }
  Result<> flush() override { return {}; }
};

Result<> read_units(const std::function<Result<>(FluReader&, StreamUnit&)>& use) {
  FluReader reader;
  while (true) {
    FLU_TRY_ASSIGN(auto unit, reader.next());
    if (unit) {
      FLU_TRY(use(reader, *unit));
      continue;
    }
    const auto room = reader.prepare(1 << 20);
    const ssize_t count = ::read(STDIN_FILENO, room.data(), room.size());
    if (count <= 0) return {};
    reader.commit(static_cast<std::size_t>(count));
  }
}

std::string describe(const flu::media::Track& track) {
  return fmt::format(
      "{} {} {} {} config={} {}x{} sar={}:{} rate={}/{} {}Hz {}ch frame={} nominal={}", track.id,
      to_string(track.kind), to_string(track.codec), track.language, track.config.size(),
      track.video.width, track.video.height, track.video.sar_width, track.video.sar_height,
      track.video.rate_num, track.video.rate_den, track.audio.sample_rate, track.audio.channels,
      track.audio.samples_per_frame, track.nominal_duration.count());
}

std::string describe(const SampleEntry& sample) {
  return fmt::format("dts={} cts={} dur={} sap={} size={}", sample.dts.count(), sample.cts.count(),
                     sample.duration.count(), static_cast<int>(sample.sap), sample.size);
}

Result<> dump_unit(FluReader& /*reader*/, StreamUnit& unit) {
  if (const auto* head = std::get_if<StreamHead>(&unit)) {
    print(fmt::format("head class={} start_us={} clock={}\n", static_cast<int>(head->producer),
                      head->start_us, static_cast<int>(head->clock)));
  } else if (const auto* changed = std::get_if<flu::media::TracksChanged>(&unit)) {
    for (const auto& track : changed->tracks) {
      print(fmt::format("track {}\n", describe(track)));
    }
  } else if (const auto* fragment = std::get_if<Fragment>(&unit)) {
    print(fmt::format("fragment {} track={} bytes={}", fragment->moof_sequence, fragment->track_id,
                      fragment->payload.size()));
    if (fragment->info) {
      print(fmt::format(" flags={} source={} lost={} seq={}", fragment->info->flags,
                        fragment->info->source, fragment->info->lost, fragment->info->seq));
    }
    if (fragment->producer_time) {
      print(fmt::format(" prft={}", fragment->producer_time->time.count()));
    }
    print("\n");
    for (const SampleEntry& sample : fragment->samples) {
      print(fmt::format("  {}\n", describe(sample)));
    }
  } else if (const auto* event = std::get_if<flu::media::Event>(&unit)) {
    print(fmt::format("event {} time={} bytes={}\n", event->scheme, event->time.count(),
                      event->data.size()));
  } else {
    print("end\n");
  }
  return {};
}

Result<> convert() {
  OutSink sink;
  StreamHead head;
  head.start_us = static_cast<std::uint64_t>(kUtcBase.count()) * 100 / 9;
  flu::link::UnitWriter writer(head, sink);
  flu::link::FragmentContext context;
  context.arrival = flu::media::to_wall(kUtcBase);
  const auto done = read_units([&](FluReader& reader, StreamUnit& unit) -> Result<> {
    const flu::media::Ticks base = reader.is_flu() ? flu::media::Ticks{0} : kUtcBase;
    if (const auto* changed = std::get_if<flu::media::TracksChanged>(&unit)) {
      return writer.write(*changed, context);
    }
    const auto* fragment = std::get_if<Fragment>(&unit);
    if (fragment == nullptr) return {};
    for (const SampleEntry& entry : fragment->samples) {
      const Bytes data = fragment->payload.subspan(entry.offset, entry.size);
      flu::media::Sample sample;
      sample.track_id = fragment->track_id;
      sample.dts = entry.dts + base;
      sample.cts = entry.cts;
      sample.duration = entry.duration;
      sample.sap = entry.sap;
      sample.data.assign(data.begin(), data.end());
      FLU_TRY(writer.write(sample, context));
    }
    return {};
  });
  FLU_TRY(done);
  return writer.end();
}

Result<> make_segment() {
  flu::media::Tracks tracks;
  std::vector<SegmentTrack> parts;
  std::map<std::uint32_t, Buffer> data;
  const auto done = read_units([&](FluReader& reader, StreamUnit& unit) -> Result<> {
    const flu::media::Ticks base = reader.is_flu() ? flu::media::Ticks{0} : kUtcBase;
    if (const auto* changed = std::get_if<flu::media::TracksChanged>(&unit)) {
      tracks = changed->tracks;
      parts.clear();
      for (const auto& track : tracks) {
        parts.push_back({track.id, {}, 0});
      }
    }
    const auto* fragment = std::get_if<Fragment>(&unit);
    if (fragment == nullptr) return {};
    for (SegmentTrack& part : parts) {
      if (part.track_id != fragment->track_id) continue;
      for (SampleEntry entry : fragment->samples) {
        flu::append(data[part.track_id], fragment->payload.subspan(entry.offset, entry.size));
        entry.dts += base;
        part.bytes += entry.size;
        if (!part.samples.empty()) {
          part.samples.back().duration = entry.dts - part.samples.back().dts;
        }
        part.samples.push_back(entry);
      }
    }
    return {};
  });
  FLU_TRY(done);
  FLU_TRY_ASSIGN(const SegmentHeader header, write_segment_header(1, parts, {}, {}));
  print(write_init(tracks));
  print(header.bytes);
  for (const SegmentTrack& part : parts) {
    print(data[part.track_id]);
  }
  return {};
}

Result<> dump_segment() {
  Buffer bytes;
  std::array<std::uint8_t, 65536> piece{};
  while (true) {
    const ssize_t count = ::read(STDIN_FILENO, piece.data(), piece.size());
    if (count <= 0) break;
    flu::append(bytes, Bytes(piece).first(static_cast<std::size_t>(count)));
  }
  FLU_TRY_ASSIGN(const auto tracks, parse_init(bytes));
  Bytes rest = bytes;
  for (int box = 0; box < 2; ++box) {  // ftyp and moov
    flu::ByteReader reader(rest);
    FLU_TRY_ASSIGN(const std::uint32_t size, reader.u32());
    if (size > rest.size()) return flu::fail(flu::ErrorCode::kMalformed, "init cut short");
    rest = rest.subspan(size);
  }
  FLU_TRY_ASSIGN(const ParsedSegment segment, parse_segment(rest));
  print(fmt::format("segment {} tracks={} of {}\n", segment.seq, segment.tracks.size(),
                    tracks.size()));
  for (const SegmentTrack& track : segment.tracks) {
    print(fmt::format("track {} samples={} bytes={}\n", track.track_id, track.samples.size(),
                      track.bytes));
    for (const SampleEntry& sample : track.samples) {
      print(fmt::format("  {}\n", describe(sample)));
    }
  }
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  const std::string command = argc == 2 ? argv[1] : "";
  Result<> done =
      flu::fail(flu::ErrorCode::kInvalidArgument, "expected dump, flu, segment or segment-dump");
  if (command == "dump") done = read_units(dump_unit);
  if (command == "flu") done = convert();
  if (command == "segment") done = make_segment();
  if (command == "segment-dump") done = dump_segment();
  if (done) return 0;
  std::fprintf(stderr, "flu_tool: %s\n", done.error().message.c_str());
  return 4;
}
