#pragma once

#include <optional>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "libcommon/io/udp_socket.h"
#include "libcommon/wire/rtp/rtp_receiver.h"
#include "tools/ingest/source.h"
#include "tools/ingest/ts_input.h"

namespace flu::ingest {

// MPEG-TS in UDP, bare or in RTP, multicast or unicast.
class UdpSource final : public Source {
 public:
  UdpSource(boost::asio::io_context& loop, const SourceUrl& url);
  ~UdpSource() override;

  Result<> start(Handlers handlers) override;
  [[nodiscard]] media::Pacing pacing() const override { return media::Pacing::kLive; }
  [[nodiscard]] SourceCounters counters() const override;

 private:
  Result<> wait_readable();
  void look_again(std::size_t found);
  void receive();
  void take(Bytes datagram, MonotonicTime now, Units& out);
  void stop(Error error);

  SourceUrl url_;
  Handlers handlers_;
  std::optional<io::UdpSocket> socket_;
  boost::asio::posix::stream_descriptor waiting_;
  boost::asio::steady_timer timer_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);

  TsInput input_;
  std::optional<bool> is_rtp_;  // since the last datagram that told
  wire::RtpReceiver rtp_;
  Units units_;
  unsigned empty_looks_ = 0;  // in a row
  std::uint64_t bytes_ = 0;
  std::uint64_t datagrams_ = 0;
};

}  // namespace flu::ingest
