#include "libcommon/wire/rtp/rtp_packet.h"

#include <fmt/format.h>

#include "libcommon/base/byte_reader.h"

namespace flu::wire {
namespace {

constexpr std::size_t kTsPacket = 188;
constexpr std::uint8_t kTsSync = 0x47;

}  // namespace

Result<RtpPacket> parse_rtp(Bytes datagram) {
  ByteReader reader(datagram);
  FLU_TRY_ASSIGN(const std::uint8_t first, reader.u8());
  if ((first >> 6) != 2) {
    return fail(ErrorCode::kMalformed,
                fmt::format("RTP packet: expected version 2, found {}", first >> 6));
  }
  FLU_TRY_ASSIGN(const std::uint8_t second, reader.u8());
  RtpPacket out;
  out.is_marked = (second & 0x80) != 0;
  out.payload_type = second & 0x7F;
  FLU_TRY_ASSIGN(out.sequence, reader.u16());
  FLU_TRY_ASSIGN(out.timestamp, reader.u32());
  FLU_TRY_ASSIGN(out.ssrc, reader.u32());
  FLU_TRY(reader.skip(std::size_t{4} * (first & 0x0FU)));  // CSRC count
  if ((first & 0x10) != 0) {  // RFC 3550 5.3.1: length in words, without its header
    FLU_TRY(reader.skip(2));
    FLU_TRY_ASSIGN(const std::uint16_t words, reader.u16());
    FLU_TRY(reader.skip(std::size_t{4} * words));
  }
  out.payload = reader.rest();
  if ((first & 0x20) != 0) {  // 5.1: the last octet counts the padding, itself included
    const std::size_t padding = out.payload.empty() ? 0 : out.payload.back();
    if (padding == 0 || padding > out.payload.size()) {
      return fail(ErrorCode::kMalformed,
                  fmt::format("RTP packet: {} octets of padding in {} of payload", padding,
                              out.payload.size()));
    }
    out.payload = out.payload.first(out.payload.size() - padding);
  }
  return out;
}

bool is_rtp_mpegts(Bytes datagram) {
  const auto packet = parse_rtp(datagram);
  return packet && !packet->payload.empty() && packet->payload.size() % kTsPacket == 0 &&
         packet->payload.front() == kTsSync;
}

}  // namespace flu::wire
