#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "libcommon/base/bytes.h"
#include "libcommon/container/mpegts/ts_types.h"

namespace flu::container::mpegts {

using PacketBytes = std::span<const std::uint8_t, kPacketSize>;

// One transport packet, its adaptation field taken apart (ISO 13818-1 2.4.3.2 and 2.4.3.4).
struct TsPacket {
  std::uint16_t pid = 0;
  std::uint8_t continuity = 0;
  bool has_error = false;     // transport_error_indicator
  bool starts_unit = false;   // payload_unit_start_indicator
  bool is_scrambled = false;  // transport_scrambling_control is not 0
  bool has_payload = false;
  bool is_discontinuous = false;  // discontinuity_indicator
  bool is_random_access = false;
  std::optional<std::uint64_t> pcr;  // 27 MHz
  Bytes payload;                     // of the packet given
};

// False when the adaptation field does not fit in the packet or its control is the reserved 0: the
// packet is to be discarded. pid, continuity and the indicators of the header are set even then.
bool parse_packet(PacketBytes bytes, TsPacket& packet);

// A packet without its adaptation field, which is what nearly all are: inline for the hot loop.
inline bool parse_packet_fast(PacketBytes bytes, TsPacket& packet) {
  if ((bytes[1] & 0x80) != 0 || (bytes[3] & 0xF0) != 0x10) return parse_packet(bytes, packet);
  packet.pid = static_cast<std::uint16_t>((bytes[1] & 0x1F) << 8 | bytes[2]);
  packet.continuity = bytes[3] & 0x0F;
  packet.has_error = false;
  packet.starts_unit = (bytes[1] & 0x40) != 0;
  packet.is_scrambled = false;
  packet.has_payload = true;
  packet.is_discontinuous = false;
  packet.is_random_access = false;
  packet.pcr.reset();
  packet.payload = bytes.subspan<4>();
  return true;
}

}  // namespace flu::container::mpegts
