#pragma once

#include <sys/types.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <nlohmann/json.hpp>

#include "libcommon/base/result.h"
#include "libcommon/base/unique_fd.h"

namespace flu::service {

// A SEQPACKET socket in the run directory on which JSON objects come and go, one a message.
class MessageServer {
 public:
  using Peer = std::uint64_t;  // never used twice
  struct Handlers {
    // `fds` came with it; what the handler does not take is closed.
    std::function<void(Peer, const nlohmann::json&, std::vector<UniqueFd>& fds)> message;
    std::function<void(Peer)> closed;
  };

  static Result<std::unique_ptr<MessageServer>> open(boost::asio::io_context& loop,
                                                     const std::string& path, Handlers handlers);

  // A peer that does not read its messages is dropped.
  void send(Peer peer, const nlohmann::json& message);
  void close(Peer peer);
  [[nodiscard]] pid_t process_of(Peer peer) const;  // 0: gone

 private:
  struct Connection {
    explicit Connection(boost::asio::io_context& loop) : socket(loop) {}
    boost::asio::posix::stream_descriptor socket;
    pid_t process = 0;
    std::deque<std::string> waiting;
    bool is_waiting_to_write = false;
  };

  MessageServer(boost::asio::io_context& loop, Handlers handlers);

  void accept();
  void accept_waiting();
  void add(UniqueFd fd);
  void read(Peer peer);
  void read_waiting(Peer peer);
  void flush(Peer peer);

  boost::asio::io_context& loop_;
  Handlers handlers_;
  boost::asio::posix::stream_descriptor listener_;
  boost::asio::steady_timer pause_;
  std::map<Peer, std::unique_ptr<Connection>> connections_;
  Peer next_ = 1;
};

}  // namespace flu::service
