#pragma once

#include <deque>
#include <functional>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <nlohmann/json.hpp>

#include "libcommon/base/clock.h"
#include "libcommon/service/run_dir.h"

namespace flu::serve {

// The connection to flu-auth: JSON objects there and back. Never waits. One that does not read is
// as good as gone: the connection is made anew, and `connected` says everything again.
class AuthLink {
 public:
  struct Handlers {
    std::function<void()> connected;
    std::function<void()> lost;
    std::function<void(const nlohmann::json&)> message;
  };

  AuthLink(boost::asio::io_context& loop, service::RunDir run_dir, Handlers handlers);

  // Connects, if it is time to.
  void try_connect(MonotonicTime now);
  [[nodiscard]] bool is_open() const { return socket_.is_open(); }
  void send(const nlohmann::json& message);
  void close();

 private:
  void receive();
  void read();
  void flush();

  service::RunDir run_dir_;
  Handlers handlers_;
  boost::asio::posix::stream_descriptor socket_;
  std::deque<std::string> queue_;
  std::size_t queued_bytes_ = 0;
  bool is_waiting_to_write_ = false;
  MonotonicTime next_try_{};
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // for what waits in the loop
};

}  // namespace flu::serve
