// Tested by tests/e2e/ingest/udp-ffmpeg.sh

#include "tools/ingest/source_udp.h"

#include <utility>

#include "libcommon/base/clock.h"

namespace flu::ingest {

UdpSource::UdpSource(boost::asio::io_context& loop, const SourceUrl& url)
    : receiver_(loop, url.text, url.udp), input_(url.ts) {}

SourceCounters UdpSource::counters() const {
  const UdpReceiver::Counters received = receiver_.counters();
  // What is lost as a datagram shows as continuity errors again: one measure, not two.
  SourceCounters out = input_.counters();
  out.bytes = received.bytes;
  out.datagrams = received.datagrams;
  out.rtp_lost = received.rtp_lost;
  out.kernel_drops = received.kernel_drops;
  return out;
}

Result<> UdpSource::start(Handlers handlers) {
  handlers_ = std::move(handlers);
  return receiver_.start(
      {[this](Bytes bytes) { input_.feed(bytes, units_); },
       [this] {
         if (units_.empty()) return;
         // May destroy this.
         Units units = std::exchange(units_, {});
         handlers_.on_units(units, {monotonic_now(), wall_now()});
       },
       [this](const Error& error) { handlers_.on_end(fail(error.code, error.message)); }});
}

}  // namespace flu::ingest
