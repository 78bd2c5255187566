#include <cstddef>
#include <cstdint>

#include "libcommon/base/byte_reader.h"
#include "libcommon/wire/rtp/rtp_packet.h"
#include "libcommon/wire/rtp/rtp_receiver.h"

// Datagrams, each behind its length in two bytes, through the parser and the reordering.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  flu::ByteReader reader({data, size});
  flu::wire::RtpReceiver receiver;
  flu::MonotonicTime now{};
  while (const auto length = reader.u16()) {
    const auto datagram = reader.bytes(*length % 2048);
    if (!datagram) break;
    flu::wire::is_rtp_mpegts(*datagram);
    now += std::chrono::milliseconds(*length >> 11);
    if (const auto packet = flu::wire::parse_rtp(*datagram)) receiver.push(*packet, now);
  }
  return 0;
}
