#pragma once

#include <sys/types.h>

#include <list>
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
#include "tools/serve/upgrade/handover.h"
#include "tools/serve/upgrade/trial.h"
#include "tools/serve/worker.h"

namespace flu::serve {

// Keeps the worker processes running and the listening sockets open; serves nothing itself.
class Master {
 public:
  Master(const service::CommonOptions& common, WorkerSettings settings, unsigned workers,
         std::vector<Listener> listeners, std::unique_ptr<CertificateWatch> certificates,
         Handover handover);

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
    bool has_reported = false;
    bool is_draining = false;
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
  void read_reports(Slot& slot);
  void signal_workers(int signal);
  void count(Slot& slot);

  // master_upgrade.cpp: another program, or this one anew, in this process.
  void adopt(std::vector<HandedWorker> workers);
  void reap_old();
  void replace_old();
  void on_command(const nlohmann::json& message);
  void upgrade(NextProgram program);
  void become(const NextProgram& program);
  void upgrade_failed(const std::string& why);
  [[nodiscard]] HandoverView hand_over();
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
  // The generation before, and those of one more that are about to end.
  std::list<Slot> old_;
  bool is_replacing_ = false;  // the old accept until all of ours have said something
  bool has_told_failure_ = false;
  Trial trial_;
  bool is_stopping_ = false;
  MonotonicTime kill_at_ = MonotonicTime::max();
};

}  // namespace flu::serve
