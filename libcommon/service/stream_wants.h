#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/io_context.hpp>

#include "libcommon/base/clock.h"
#include "libcommon/service/run_dir.h"

namespace flu::service {

// Tells the supervisor which on-demand streams a server's clients need (RUN_DIR/control.sock), and
// knows which there are and what streams are called (RUN_DIR/conf/serve.json, by the supervisor,
// read again when it changes).
// Without a supervisor no stream is on demand. Never waits; a lost connection is made again and
// repeats what is held.
class StreamWants {
 public:
  StreamWants(boost::asio::io_context& loop, RunDir run_dir);
  ~StreamWants();
  StreamWants(const StreamWants&) = delete;
  StreamWants& operator=(const StreamWants&) = delete;

  // A client asked for this stream just now. False: it is no on-demand stream.
  bool touch(std::string_view stream, MonotonicTime now);

  // A client that stays: the stream is wanted until release(). Nothing happens for others.
  void hold(std::string_view stream, MonotonicTime now);
  void release(std::string_view stream);

  // What the configuration calls the stream; empty where it says nothing. As of the last touch()
  // or hold().
  [[nodiscard]] std::string title(std::string_view stream) const;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;  // shared with what waits in the loop
};

}  // namespace flu::service
