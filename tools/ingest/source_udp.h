#pragma once

#include "tools/ingest/source.h"
#include "tools/ingest/ts_input.h"
#include "tools/ingest/udp_receiver.h"

namespace flu::ingest {

// MPEG-TS in UDP, bare or in RTP, multicast or unicast.
class UdpSource final : public Source {
 public:
  UdpSource(boost::asio::io_context& loop, const SourceUrl& url);

  Result<> start(Handlers handlers) override;
  [[nodiscard]] media::Pacing pacing() const override { return media::Pacing::kLive; }
  [[nodiscard]] SourceCounters counters() const override;

 private:
  Handlers handlers_;
  UdpReceiver receiver_;
  TsInput input_;
  Units units_;
};

}  // namespace flu::ingest
