#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "libcommon/base/host_port.h"
#include "libcommon/base/result.h"
#include "libcommon/base/unique_fd.h"
#include "libcommon/io/name_lookup.h"

namespace flu::io {

// Connects to a peer by TCP without blocking the loop. The addresses of a name are tried one after
// the other, each with its share of the time that is left, so that a dead one (IPv6 that leads
// nowhere) does not use up all of it.
class TcpConnector {
 public:
  // The socket is non-blocking, close-on-exec, sends at once, and notices a dead peer.
  using Handler = std::function<void(Result<UniqueFd>)>;

  explicit TcpConnector(boost::asio::io_context& loop);

  // `done` is called from the loop, once, unless this is destroyed before.
  void start(const HostPort& peer, std::chrono::milliseconds timeout, Handler done);

 private:
  void on_addresses(Result<std::vector<SocketAddress>> found);
  void try_next();
  Result<> begin(const SocketAddress& address);
  void on_writable();
  void on_timeout();
  void failed_here(const Error& error);
  void finish(Result<UniqueFd> result);

  boost::asio::io_context& loop_;
  NameLookup lookup_;
  boost::asio::posix::stream_descriptor waiting_;
  boost::asio::steady_timer timer_;
  HostPort peer_;
  Handler done_;
  std::chrono::steady_clock::time_point deadline_;
  std::vector<SocketAddress> addresses_;
  std::size_t next_ = 0;
  std::size_t attempt_ = 0;  // tells a late timer from the one that counts
  Error last_error_{ErrorCode::kUnavailable, ""};
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace flu::io
