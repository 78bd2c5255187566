#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "libcommon/base/bytes.h"
#include "libcommon/base/host_port.h"
#include "libcommon/base/result.h"
#include "libcommon/base/unique_fd.h"
#include "libcommon/io/tcp_connector.h"
#include "tools/ingest/tls_process.h"

namespace flu::ingest {

// A byte stream from a peer, read in large pieces: over TCP, over TLS (flu-tls), or over a socket
// that is connected already.
class Connection {
 public:
  static constexpr std::chrono::seconds kConnectTimeout{10};

  struct Handlers {
    std::function<void()> on_open;  // send() may be called
    std::function<void(Bytes)> on_bytes;
    // The last call: success is the peer's end. Any of these may destroy the connection.
    std::function<void(const Result<>&)> on_end;
  };

  Connection(boost::asio::io_context& loop, Handlers handlers);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void open(const HostPort& peer);
  // `ca`: see TlsProcess. What goes wrong in TLS is told as the end.
  void open_tls(const HostPort& peer, const std::string& ca);
  void open(UniqueFd connected);

  // A request: all of it, or an error.
  Result<> send(std::string_view text);

  // Reads nothing for so long: the peer is held back.
  void pause(std::chrono::milliseconds time);

 private:
  void opened(UniqueFd fd);
  void end_later(const Error& error);
  void wait_readable();
  void look_again(std::chrono::milliseconds pause);
  void read();
  void end(const Result<>& result);

  boost::asio::io_context& loop_;
  Handlers handlers_;
  std::optional<TlsProcess> tls_;
  io::TcpConnector connector_;
  UniqueFd fd_;
  boost::asio::posix::stream_descriptor waiting_;
  boost::asio::steady_timer timer_;
  Buffer buffer_;
  unsigned empty_looks_ = 0;  // in a row
  std::chrono::milliseconds pause_{0};
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace flu::ingest
