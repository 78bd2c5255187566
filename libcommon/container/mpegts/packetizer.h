#pragma once

#include <cstdint>
#include <optional>

#include "libcommon/base/bytes.h"
#include "libcommon/base/pieces.h"
#include "libcommon/container/mpegts/ts_types.h"

namespace flu::container::mpegts {

// One PID being written. Its next continuity counter is also its count of payload packets modulo
// 16, since it begins at 0.
struct OutPid {
  std::uint16_t pid = 0;
  std::uint8_t continuity = 0;
};

// What stands in the adaptation field of the first packet of a unit.
struct PacketMarks {
  std::optional<std::uint64_t> pcr;  // 90 kHz, 33 bits
  bool is_discontinuous = false;
  bool is_random_access = false;
};

// Packets that `unit` (a PES packet) takes.
std::size_t packets_of(std::size_t unit_bytes, const PacketMarks& marks);

// Appends the `size` bytes of `unit` as packets, the first with payload_unit_start_indicator. It is
// stretched over `extra` packets more than it needs, each with at least one byte of it; size is at
// least the number of packets.
void write_unit(OutPid& pid, Pieces::Reader unit, std::size_t size, const PacketMarks& marks,
                std::size_t extra, Buffer& out);
inline void write_unit(OutPid& pid, Bytes unit, const PacketMarks& marks, std::size_t extra,
                       Buffer& out) {
  write_unit(pid, Pieces::Reader(unit), unit.size(), marks, extra, out);
}

// Appends a section with pointer_field; the last packet is filled with 0xFF.
void write_section(OutPid& pid, Bytes section, Buffer& out);

// A packet without payload, for its marks alone: the continuity counter stays.
void write_bare_packet(const OutPid& pid, const PacketMarks& marks, Buffer& out);

// The packets missing to a multiple of 16, as one PES packet of padding_stream (ISO 13818-1
// 2.4.3.7: discarded by decoders).
void write_padding(OutPid& pid, Buffer& out);

}  // namespace flu::container::mpegts
