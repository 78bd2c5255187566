#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <nlohmann/json_fwd.hpp>

#include "libcommon/service/common_options.h"
#include "libcommon/service/ready.h"

namespace flu::service {

// Tells the supervisor what this process is and does (docs/design.md, "Status and options"): hello,
// ready, its counters once a second, each event, over RUN_DIR/status.sock when $FLU_UNIT is set; to
// standard error, a JSON object a line, with --status. Otherwise does nothing. A lost connection is
// retried for ever and repeats everything; the program never waits for it. While it has somebody to
// tell, it keeps the loop busy: a program ends by loop.stop(), or destroys its reporter.
//
// Messages, each a JSON object with "type":
//   hello     unit, pid, start_time (clock ticks since boot), plan_hash ($FLU_PLAN_HASH), version
//   ready     ready, pid, listen; carries the listening sockets
//   counters  what `counters` gave, and events_lost
//   event     event (its name), utc_ms, its own fields
//   exiting   code, reason, utc_ms
// A lost connection loses counters; up to 256 events wait for the next one.
class StatusReporter {
 public:
  using CountersSource = std::function<nlohmann::json()>;
  using CommandHandler = std::function<void(const nlohmann::json&)>;

  // `counters` is called once a second and by exiting(), only when somebody listens.
  StatusReporter(boost::asio::io_context& loop, const CommonOptions& options,
                 CountersSource counters);
  ~StatusReporter();
  StatusReporter(const StatusReporter&) = delete;
  StatusReporter& operator=(const StatusReporter&) = delete;

  // Sent with every hello from now on; also writes --ready-fd. `fds` are the listening sockets,
  // passed along so that a successor can take them over.
  void ready(const std::vector<Listening>& listening = {}, const std::vector<int>& fds = {});

  // Documented event names: "stream_force_close_gop", "source_lost" ... with their fields.
  void event(std::string_view name, const nlohmann::json& fields);

  // Why the process is about to exit, for the unit's restart policy; the last counters go with it.
  void exiting(int code, std::string_view reason);

  // Messages from the supervisor, such as changed options.
  void on_command(CommandHandler handler);

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;  // shared with what waits in the loop
};

}  // namespace flu::service
