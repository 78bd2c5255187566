#pragma once

#include <memory>
#include <string_view>

#include <boost/asio/io_context.hpp>

#include "libcommon/base/clock.h"
#include "libcommon/service/run_dir.h"
#include "libcommon/service/serve_conf.h"

namespace flu::service {

// Tells the supervisor which on-demand streams a server's clients need (RUN_DIR/control.sock).
// Without a supervisor no stream is on demand. Never waits; a lost connection is made again and
// repeats what is held.
class StreamWants {
 public:
  // `conf`, which it keeps fresh, outlives it.
  StreamWants(boost::asio::io_context& loop, RunDir run_dir, ServeConf& conf);
  ~StreamWants();
  StreamWants(const StreamWants&) = delete;
  StreamWants& operator=(const StreamWants&) = delete;

  // A client asked for this stream just now. False: it is no on-demand stream.
  bool touch(std::string_view stream, MonotonicTime now);

  // A client that stays: the stream is wanted until release(). Nothing happens for others.
  void hold(std::string_view stream, MonotonicTime now);
  void release(std::string_view stream);

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;  // shared with what waits in the loop
};

}  // namespace flu::service
