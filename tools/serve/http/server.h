#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "libcommon/base/clock.h"
#include "libcommon/base/log.h"
#include "libcommon/base/unique_fd.h"
#include "tools/serve/http/access_log.h"
#include "tools/serve/http/connection.h"
#include "tools/serve/http/poller.h"
#include "tools/serve/http/tls_link.h"
#include "tools/serve/tls/certificates.h"

namespace flu::serve {

// The listening sockets and connections of one worker.
class HttpServer {
 public:
  struct Counters {
    std::uint64_t connections = 0;  // accepted since the start
    std::uint64_t refused = 0;      // beyond the limit
    std::uint64_t requests = 0;
    std::uint64_t errors = 0;                // answers of 400 and above
    std::uint64_t bytes = 0;                 // sent, heads included
    std::array<std::uint64_t, 6> answers{};  // by the first digit of their status
    std::uint64_t handshakes = 0;
    std::uint64_t failed_handshakes = 0;
  };

  HttpServer(boost::asio::io_context& loop, Handler& handler, AccessLog log,
             Certificates& certificates, std::size_t max_connections);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  void listen(UniqueFd listener, bool is_secure);  // non-blocking, listening

  // Accepts no more, closes what is idle, finishes what is under way, then calls `stopped`.
  void stop(std::function<void()> stopped);
  // Accepts no more and asks each client to come back on another connection; `left` when all did.
  void drain(std::function<void()> left);
  // After drain(): those that stay end at the next good place.
  void cut();

  [[nodiscard]] const Counters& counters() const { return counters_; }
  [[nodiscard]] std::size_t connections() const { return connections_.size(); }

 private:
  friend class Connection;

  void wait_for_client(std::size_t listener);
  void accept_clients(std::size_t listener);
  void admit(UniqueFd socket, boost::asio::ip::address peer, bool is_secure);
  std::unique_ptr<TlsLink> begin_handshake(Connection& connection, int socket);
  void handshake_failed(const Connection& connection, std::string_view why);
  void wait_for_sweep();
  void sweep();
  void left();  // a connection ended
  std::string_view date();

  boost::asio::io_context* loop_;
  Handler* handler_;
  AccessLog log_;
  std::size_t max_connections_;
  struct Listening {
    boost::asio::posix::stream_descriptor socket;
    bool is_secure;
  };
  std::vector<Listening> listeners_;
  boost::asio::steady_timer timer_;
  Poller poller_;
  std::list<Connection*> connections_;
  std::list<Connection*> handshakes_;  // those of them that are in one, the oldest first
  Certificates* certificates_;
  std::function<void()> stopped_;
  bool is_leaving_ = false;  // stopping or draining
  Counters counters_;
  RateLimitedLog accept_errors_{LogLevel::kAlert};
  RateLimitedLog handshake_errors_{LogLevel::kDebug};
  std::int64_t date_second_ = -1;
  std::string date_;
  MonotonicTime date_until_{};
  std::array<char, 64 << 10> input_{};  // what a connection reads into; used up before the next
  std::array<char, 8 << 10> output_{};  // where a small answer is put together; as input_
};

}  // namespace flu::serve
