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
  };

  HttpServer(boost::asio::io_context& loop, Handler& handler, AccessLog log,
             std::size_t max_connections);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  void listen(UniqueFd listener);  // non-blocking, listening

  // Accepts no more, closes what is idle, finishes what is under way, then calls `stopped`.
  void stop(std::function<void()> stopped);

  [[nodiscard]] const Counters& counters() const { return counters_; }
  [[nodiscard]] std::size_t connections() const { return connections_.size(); }

 private:
  friend class Connection;

  void wait_for_client(std::size_t listener);
  void accept_clients(std::size_t listener);
  void admit(UniqueFd socket, boost::asio::ip::address peer);
  void wait_for_sweep();
  void sweep();
  void left();  // a connection ended
  std::string_view date();

  boost::asio::io_context* loop_;
  Handler* handler_;
  AccessLog log_;
  std::size_t max_connections_;
  std::vector<boost::asio::posix::stream_descriptor> listeners_;
  boost::asio::steady_timer timer_;
  Poller poller_;
  std::list<Connection*> connections_;
  std::function<void()> stopped_;
  bool is_stopping_ = false;
  Counters counters_;
  RateLimitedLog accept_errors_{LogLevel::kAlert};
  std::string date_;
  MonotonicTime date_until_{};
  std::array<char, 64 << 10> input_{};  // what a connection reads into; used up before the next
};

}  // namespace flu::serve
