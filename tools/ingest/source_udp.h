#pragma once

#include <memory>
#include <optional>
#include <string>

#include <boost/asio/steady_timer.hpp>

#include "tools/ingest/share_reader.h"
#include "tools/ingest/source.h"
#include "tools/ingest/ts_input.h"
#include "tools/ingest/udp_receiver.h"

namespace flu::ingest {

// MPEG-TS in UDP, bare or in RTP, multicast or unicast: received here, or a program of what
// flu-ingest --share receives. From the one it goes over to the other without losing a packet.
class UdpSource final : public Source {
 public:
  // `share_socket`: of the receiver, should the address be shared.
  UdpSource(boost::asio::io_context& loop, const SourceUrl& url, std::string share_socket);

  Result<> start(Handlers handlers) override;
  void share() override;
  [[nodiscard]] media::Pacing pacing() const override { return media::Pacing::kLive; }
  [[nodiscard]] SourceCounters counters() const override;

 private:
  void hand_over();
  ShareReader::Handlers reader_handlers();
  void give();

  Handlers handlers_;
  std::string name_;
  bool is_shared_;
  std::optional<UdpReceiver> receiver_;  // before it is shared
  UdpReceiver::Counters received_;       // by the receiver that was
  ShareReader reader_;
  boost::asio::steady_timer timer_;
  TsInput input_;
  Units units_;
  std::uint64_t shared_bytes_ = 0;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace flu::ingest
