#pragma once

#include <cstdint>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"

namespace flu::wire {

// One RTP packet (RFC 3550 5.1), a view of its datagram.
struct RtpPacket {
  std::uint8_t payload_type = 0;
  bool is_marked = false;
  std::uint16_t sequence = 0;
  std::uint32_t timestamp = 0;
  std::uint32_t ssrc = 0;
  Bytes payload;  // behind CSRCs and extension, without padding
};

inline constexpr std::uint8_t kRtpMp2t = 33;  // RFC 3551 table 5

Result<RtpPacket> parse_rtp(Bytes datagram);

// Is this a whole number of MPEG-TS packets in RTP (RFC 2250 2), and not MPEG-TS itself, as which
// no RTP packet can begin? Senders also use dynamic payload types.
bool is_rtp_mpegts(Bytes datagram);

}  // namespace flu::wire
