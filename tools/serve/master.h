#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <nlohmann/json.hpp>

#include "libcommon/base/clock.h"
#include "libcommon/base/result.h"
#include "libcommon/base/unique_fd.h"
#include "libcommon/service/common_options.h"
#include "libcommon/service/status.h"
#include "tools/serve/listener.h"
#include "tools/serve/tls/certificate_watch.h"
#include "tools/serve/worker.h"

namespace flu::serve {

// Keeps the worker processes running and the listening sockets open; serves nothing itself.
class Master {
 public:
  Master(const service::CommonOptions& common, WorkerSettings settings, unsigned workers,
         std::vector<Listener> listeners, std::unique_ptr<CertificateWatch> certificates);

  // Until SIGTERM or SIGINT and the end of all workers. Does not return in a worker.
  Result<void> run();

 private:
  struct Slot {
    pid_t pid = 0;  // 0: none runs
    MonotonicTime started{};
    MonotonicTime start_at{};  // not before
    int quick_ends = 0;        // in a row
    UniqueFd channel;
    nlohmann::json counters;
  };

  Result<void> start_due_workers();
  Result<void> start_worker(std::size_t index);
  [[noreturn]] void become_worker(std::size_t index, UniqueFd channel);
  void wait_for_signals();
  void on_signals();
  void reap();
  void ended(Slot& slot, int status);
  void stop();
  void tick();
  void read_reports();
  [[nodiscard]] nlohmann::json counters();
  [[nodiscard]] bool has_workers() const;

  service::CommonOptions common_;
  WorkerSettings settings_;
  std::vector<Listener> listeners_;
  std::unique_ptr<CertificateWatch> certificates_;  // null: no https
  std::vector<Slot> slots_;
  boost::asio::io_context loop_{1};
  boost::asio::posix::stream_descriptor signals_;
  boost::asio::steady_timer timer_;
  service::StatusReporter status_;
  nlohmann::json past_;  // sums of workers that ended
  bool is_stopping_ = false;
  MonotonicTime kill_at_ = MonotonicTime::max();
};

}  // namespace flu::serve
