#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "libcommon/base/bytes.h"
#include "libcommon/container/mpegts/packetizer.h"
#include "libcommon/container/mpegts/psi.h"
#include "libcommon/container/mpegts/ts_reader.h"
#include "libcommon/media/sample.h"

namespace flu::container::test {

// SCTE 35 14.1: time_signal.
inline const Buffer kTimeSignal = {
    0xFC, 0x30, 0x34, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xF0, 0x05, 0x06,
    0xFE, 0x72, 0xBD, 0x00, 0x50, 0x00, 0x1E, 0x02, 0x1C, 0x43, 0x55, 0x45, 0x49, 0x48,
    0x00, 0x00, 0x8E, 0x7F, 0xCF, 0x00, 0x01, 0xA5, 0x99, 0xB0, 0x08, 0x08, 0x00, 0x00,
    0x00, 0x00, 0x2C, 0xA0, 0xA1, 0x8A, 0x34, 0x02, 0x00, 0x9A, 0xC9, 0xD1, 0x7E};

// What the tests take apart: a transport stream made packet by packet.
class TsBuilder {
 public:
  Buffer bytes;

  mpegts::OutPid& pid(std::uint16_t number) {
    return pids_.try_emplace(number, mpegts::OutPid{number, 0}).first->second;
  }

  void pat(const std::vector<mpegts::PatProgram>& programs, std::uint8_t version = 0) {
    mpegts::Pat pat;
    pat.version = version;
    pat.programs = programs;
    mpegts::write_section(pid(0), mpegts::write_pat(pat).value(), bytes);
  }

  void pmt(std::uint16_t on_pid, const mpegts::Pmt& pmt) {
    mpegts::write_section(pid(on_pid), mpegts::write_pmt(pmt).value(), bytes);
  }

  // PAT and PMT of program 1 with these streams, PIDs from 0x100 on.
  void tables(std::vector<mpegts::PmtStream> streams, std::uint8_t version = 0) {
    pat({{1, 0x1000}});
    mpegts::Pmt table;
    table.program = 1;
    table.version = version;
    table.pcr_pid = streams.empty() ? mpegts::kNullPid : streams.front().pid;
    table.streams = std::move(streams);
    pmt(0x1000, table);
  }

  // One PES packet. `has_length` false: 0 in its length, as video may.
  void pes(std::uint16_t on_pid, std::uint8_t stream_id, std::optional<std::uint64_t> pts,
           Bytes payload, bool has_length = true) {
    mpegts::write_unit(pid(on_pid), pes_bytes(stream_id, pts, payload, has_length), {}, 0, bytes);
  }

  static Buffer pes_bytes(std::uint8_t stream_id, std::optional<std::uint64_t> pts, Bytes payload,
                          bool has_length = true) {
    Buffer out = {0, 0, 1, stream_id, 0, 0, 0x80, 0, 0};
    if (pts) {
      const std::uint64_t t = *pts & mpegts::kTimestampMask;
      out[7] = 0x80;
      out[8] = 5;
      for (const std::uint64_t byte :
           {0x21 | (t >> 29 & 0x0E), t >> 22, t >> 14 | 1, t >> 7, t << 1 | 1}) {
        out.push_back(static_cast<std::uint8_t>(byte));
      }
    }
    append(out, payload);
    if (has_length) {
      out[4] = static_cast<std::uint8_t>((out.size() - 6) >> 8);
      out[5] = static_cast<std::uint8_t>(out.size() - 6);
    }
    return out;
  }

  // The packet `number` from the start, to be spoilt.
  std::uint8_t* packet(std::size_t number) { return bytes.data() + number * mpegts::kPacketSize; }
  [[nodiscard]] std::size_t packets() const { return bytes.size() / mpegts::kPacketSize; }

 private:
  std::map<std::uint16_t, mpegts::OutPid> pids_;
};

struct Read {
  std::vector<media::Tracks> tracks;  // each announcement
  std::vector<media::Sample> samples;
  std::vector<media::Event> events;
  std::vector<std::size_t> samples_before_tracks;  // how many samples had come at each announcement
  TsCounters counters;

  [[nodiscard]] std::vector<media::Sample> of(std::uint32_t track_id) const {
    std::vector<media::Sample> out;
    for (const media::Sample& sample : samples) {
      if (sample.track_id == track_id) out.push_back(sample);
    }
    return out;
  }
};

inline void take_units(TsReader& reader, Read& out) {
  while (std::optional<media::Unit> unit = reader.next()) {
    if (auto* changed = std::get_if<media::TracksChanged>(&*unit)) {
      out.tracks.push_back(changed->tracks);
      out.samples_before_tracks.push_back(out.samples.size());
    } else if (auto* sample = std::get_if<media::Sample>(&*unit)) {
      out.samples.push_back(std::move(*sample));
    } else if (auto* event = std::get_if<media::Event>(&*unit)) {
      out.events.push_back(std::move(*event));
    }
  }
}

// Everything that comes out when `bytes` go in, `step` at a time (0: all at once).
inline Read read_all(Bytes bytes, TsReaderOptions options = {}, std::size_t step = 0) {
  TsReader reader(std::move(options));
  Read out;
  while (!bytes.empty()) {
    const std::size_t taken = step == 0 ? bytes.size() : std::min(step, bytes.size());
    reader.feed(bytes.first(taken));
    bytes = bytes.subspan(taken);
    take_units(reader, out);
  }
  reader.flush();
  take_units(reader, out);
  out.counters = reader.counters();
  return out;
}

}  // namespace flu::container::test

namespace flu::media {
inline bool operator==(const Sample& a, const Sample& b) {
  return a.track_id == b.track_id && a.dts == b.dts && a.cts == b.cts && a.sap == b.sap &&
         a.data == b.data;
}
}  // namespace flu::media
