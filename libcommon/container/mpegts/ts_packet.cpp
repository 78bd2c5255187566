#include "libcommon/container/mpegts/ts_packet.h"

namespace flu::container::mpegts {
namespace {

// `field` begins after adaptation_field_length.
void parse_adaptation_field(Bytes field, TsPacket& packet) {
  if (field.empty()) return;
  const std::uint8_t flags = field[0];
  packet.is_discontinuous = (flags & 0x80) != 0;
  packet.is_random_access = (flags & 0x40) != 0;
  if ((flags & 0x10) == 0 || field.size() < 7) return;
  const std::uint64_t base = std::uint64_t{field[1]} << 25 | std::uint64_t{field[2]} << 17 |
                             std::uint64_t{field[3]} << 9 | std::uint64_t{field[4]} << 1 |
                             field[5] >> 7;
  const std::uint64_t extension = std::uint64_t{field[5] & 1U} << 8 | field[6];
  packet.pcr = base * 300 + extension;
}

}  // namespace

bool parse_packet(PacketBytes bytes, TsPacket& packet) {
  packet = {};
  packet.has_error = (bytes[1] & 0x80) != 0;
  packet.starts_unit = (bytes[1] & 0x40) != 0;
  packet.pid = static_cast<std::uint16_t>((bytes[1] & 0x1F) << 8 | bytes[2]);
  packet.is_scrambled = (bytes[3] & 0xC0) != 0;
  packet.continuity = bytes[3] & 0x0F;
  const bool has_adaptation = (bytes[3] & 0x20) != 0;
  packet.has_payload = (bytes[3] & 0x10) != 0;
  if (!has_adaptation) {
    packet.payload = bytes.subspan<4>();
    return packet.has_payload;
  }
  // ISO 13818-1 2.4.3.5: 183 without payload, 0 to 182 with one. Shorter ones without payload
  // are seen in the field and do no harm.
  const std::size_t length = bytes[4];
  if (length > (packet.has_payload ? 182U : 183U)) {
    packet.has_payload = false;
    return false;
  }
  parse_adaptation_field(bytes.subspan(5, length), packet);
  if (packet.has_payload) packet.payload = bytes.subspan(5 + length);
  return true;
}

}  // namespace flu::container::mpegts
