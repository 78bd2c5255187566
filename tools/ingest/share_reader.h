#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "libcommon/base/clock.h"
#include "libcommon/base/unique_fd.h"
#include "tools/ingest/connection.h"

namespace flu::ingest {

// The packets of a program of a UDP address that flu-ingest --share receives. When that is
// restarted this goes on where it was, a few packets short.
class ShareReader {
 public:
  struct Handlers {
    std::function<void(Bytes)> on_bytes;         // may destroy the reader
    std::function<void(const Error&)> on_error;  // the last call: it does not come back
  };

  // `name` is for messages; `program` as in ShareHello; `socket` is that of the receiver.
  ShareReader(boost::asio::io_context& loop, std::string name, std::uint16_t program,
              std::string socket);

  void start(Handlers handlers);

  // The same with the socket of the address that was read until now: the receiver goes on with what
  // waits in it, so that no packet is missed. False: nobody listens yet, and nothing has changed.
  bool start(Handlers handlers, int handed);

 private:
  void connect();
  void connect_soon(const std::string& why);
  void read_from(UniqueFd connected);

  boost::asio::io_context& loop_;
  std::string name_;
  std::uint16_t program_;
  std::string socket_;
  Handlers handlers_;
  boost::asio::steady_timer timer_;
  std::unique_ptr<Connection> connection_;
  MonotonicTime lost_since_{};  // {}: connected
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace flu::ingest
