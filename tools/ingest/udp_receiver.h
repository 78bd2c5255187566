#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "libcommon/base/bytes.h"
#include "libcommon/base/clock.h"
#include "libcommon/base/result.h"
#include "libcommon/io/udp_socket.h"
#include "libcommon/wire/rtp/rtp_receiver.h"

namespace flu::ingest {

// MPEG-TS in UDP, bare or in RTP, multicast or unicast: the datagrams of an address, in batches.
class UdpReceiver {
 public:
  struct Handlers {
    std::function<void(Bytes)> on_bytes;         // the MPEG-TS of a datagram
    std::function<void()> on_batch;              // behind some of them; may destroy the receiver
    std::function<void(const Error&)> on_error;  // the last call
  };
  struct Counters {
    std::uint64_t bytes = 0;
    std::uint64_t datagrams = 0;
    std::uint64_t rtp_lost = 0;
    std::uint64_t kernel_drops = 0;
  };

  // `name` is for messages.
  UdpReceiver(boost::asio::io_context& loop, std::string name, const io::UdpAddress& address);
  ~UdpReceiver();
  UdpReceiver(const UdpReceiver&) = delete;
  UdpReceiver& operator=(const UdpReceiver&) = delete;

  Result<> start(Handlers handlers);
  // The same with a socket that is open already.
  Result<> start(Handlers handlers, io::UdpSocket socket);
  // To give to another process, which goes on where this one is; -1 before the start.
  [[nodiscard]] int fd() const { return socket_ ? socket_->fd() : -1; }
  [[nodiscard]] Counters counters() const;

 private:
  Result<> wait_readable();
  void look_again(std::size_t found);
  void receive();
  void take(Bytes datagram, MonotonicTime now);

  std::string name_;
  io::UdpAddress address_;
  Handlers handlers_;
  std::optional<io::UdpSocket> socket_;
  boost::asio::posix::stream_descriptor waiting_;
  boost::asio::steady_timer timer_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);

  std::optional<bool> is_rtp_;  // since the last datagram that told
  wire::RtpReceiver rtp_;
  unsigned empty_looks_ = 0;  // in a row
  std::uint64_t bytes_ = 0;
  std::uint64_t datagrams_ = 0;
};

}  // namespace flu::ingest
