#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <nlohmann/json.hpp>

#include "libcommon/config/plan.h"
#include "libcommon/service/message_server.h"
#include "libcommon/service/run_dir.h"
#include "tools/supervisor/process.h"
#include "tools/supervisor/unit_machine.h"

namespace flu::supervisor {

// What all units share.
struct UnitSurroundings {
  boost::asio::io_context& loop;
  const Spawner& spawner;
  const service::RunDir& run_dir;
  std::string boot_id;
  std::vector<std::string> environment;
  std::string state_dir;  // below it lie archives without an absolute path
  std::function<void(std::string_view name, nlohmann::json fields)> on_event;
  std::function<void(service::MessageServer::Peer, const nlohmann::json&)>
      send;  // to a unit's process
};

// One unit: its place in the plan, its state table, its process, and what that last said.
class UnitRunner {
 public:
  // Called after each change of state: `ending` when a process has just ended.
  using Changed = std::function<void(UnitRunner&, const std::optional<Ending>& ending)>;

  UnitRunner(UnitSurroundings& surroundings, config::Unit plan, Changed changed);
  ~UnitRunner();
  UnitRunner(const UnitRunner&) = delete;
  UnitRunner& operator=(const UnitRunner&) = delete;

  [[nodiscard]] const config::Unit& plan() const { return plan_; }
  [[nodiscard]] const UnitMachine& machine() const { return machine_; }
  [[nodiscard]] pid_t pid() const { return process_ ? process_->identity().pid : 0; }
  [[nodiscard]] bool is_ready() const { return is_ready_; }
  [[nodiscard]] const nlohmann::json& counters() const { return counters_; }
  [[nodiscard]] double error_rate() const { return error_rate_; }  // a second
  [[nodiscard]] const nlohmann::json& listening() const { return listening_; }
  [[nodiscard]] const std::string& last_error() const { return last_error_; }
  [[nodiscard]] unsigned restarts() const { return restarts_; }
  [[nodiscard]] MonotonicTime started() const { return started_; }
  [[nodiscard]] std::int64_t started_utc_ms() const { return started_utc_ms_; }

  void want();
  void unwant();
  void restart();
  // Another command line under the same name: a process of the old one is replaced.
  void set_plan(config::Unit plan);
  // flu-serve: its process becomes the program as it lies on disk now, without losing a client.
  // False when it cannot be asked.
  bool upgrade();
  [[nodiscard]] bool is_upgrading() const { return upgrade_since_.has_value(); }
  // Why the last upgrade did not happen; "": it did.
  [[nodiscard]] const std::string& upgrade_trouble() const { return upgrade_trouble_; }
  void check_upgrade(MonotonicTime now);
  // A message to its process; false when none has said hello.
  bool tell(const nlohmann::json& message) const;

  // A process that a former supervisor started as this unit; false when it is gone.
  bool attach(const service::ProcessIdentity& identity, bool is_wanted);

  // A message that the unit's process sent. Hellos bind a connection to it.
  void on_message(service::MessageServer::Peer peer, const nlohmann::json& message);
  [[nodiscard]] std::optional<service::MessageServer::Peer> peer() const { return peer_; }
  void forget_peer() { peer_.reset(); }

 private:
  void act(Action action);
  void start();
  [[nodiscard]] Result<Process> launch(const std::vector<std::string>& environment) const;
  void note_start(std::chrono::nanoseconds age);
  void hold(Process process);
  void watch();
  void ended(Ending ending);
  void end_upgrade(const std::string& trouble);
  Result<void> write_own_record() const;
  void tell_options();
  void tell_shared();
  void take_counters(const nlohmann::json& message);
  void tell_listening();
  void wait_deadline();
  void changed(const std::optional<Ending>& ending = std::nullopt);

  UnitSurroundings& surroundings_;
  config::Unit plan_;
  Changed changed_;
  UnitMachine machine_;
  std::optional<Process> process_;
  boost::asio::posix::stream_descriptor watch_;
  boost::asio::steady_timer timer_;
  std::optional<service::MessageServer::Peer> peer_;
  bool is_ready_ = false;
  bool is_started_here_ = false;  // not by a former supervisor
  MonotonicTime counted_{};       // when the counters came
  double error_rate_ = 0;
  nlohmann::json counters_ = nlohmann::json::object();
  nlohmann::json listening_ = nlohmann::json::array();
  std::optional<std::vector<std::pair<std::string, double>>> told_options_;  // what it works with
  std::vector<std::string> told_shared_;
  std::optional<Ending> told_ending_;  // what the process said about its end
  std::string running_hash_;           // of the plan that the process works by; "": not known
  std::optional<MonotonicTime> upgrade_since_;
  std::string upgrade_trouble_;
  std::string last_error_;
  unsigned restarts_ = 0;
  MonotonicTime started_{};
  std::int64_t started_utc_ms_ = 0;
};

}  // namespace flu::supervisor
