// Tested by tests/e2e/supervisor/restart-kill.sh
#include "tools/supervisor/unit_runner.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <random>
#include <utility>

#include <fmt/format.h>

#include "libcommon/base/log.h"
#include "libcommon/base/text.h"
#include "libcommon/config/secret.h"
#include "libcommon/event/types.h"
#include "tools/supervisor/unit_conf.h"
#include "tools/supervisor/unit_record.h"

namespace flu::supervisor {
namespace {

using boost::system::error_code;
using nlohmann::json;

constexpr std::size_t kMaxReason = 500;
constexpr auto kUpgradeTime = std::chrono::seconds(40);  // its own patience is shorter

// What a process of one stream may take: it lives on a few MiB, its buffers are capped at 64 MiB
// each, and one that runs away is to end itself before the machine is short of memory. A server of
// all streams grows with its viewers.
constexpr std::uint64_t kStreamMemory = std::uint64_t{512} << 20;

double random_jitter() {
  static std::minstd_rand generator(std::random_device{}());
  return std::uniform_real_distribution<double>(0, 1)(generator);
}

std::string text_field(const json& message, const char* name) {
  const auto found = message.find(name);
  if (found == message.end() || !found->is_string()) return {};
  return printable(found->get<std::string>().substr(0, kMaxReason));
}

// Passwords in addresses are for nobody's eyes.
void hide_addresses(json& message) {
  for (const char* name : {"url", "old_url", "new_url", "from", "to"}) {
    const auto found = message.find(name);
    if (found != message.end() && found->is_string()) {
      *found = config::hide_secrets(found->get<std::string>());
    }
  }
}

}  // namespace

UnitRunner::UnitRunner(UnitSurroundings& surroundings, config::Unit plan, Changed changed)
    : surroundings_(surroundings),
      plan_(std::move(plan)),
      changed_(std::move(changed)),
      watch_(surroundings.loop),
      timer_(surroundings.loop) {}

// The descriptor belongs to process_; asio must not close it.
UnitRunner::~UnitRunner() {
  if (watch_.is_open()) watch_.release();
}

void UnitRunner::want() {
  if (!machine_.is_wanted()) act(machine_.want(monotonic_now()));
}

void UnitRunner::unwant() {
  if (machine_.is_wanted()) act(machine_.unwant(monotonic_now()));
}

void UnitRunner::restart() {
  act(machine_.restart(monotonic_now()));
}

void UnitRunner::set_plan(config::Unit plan) {
  const bool is_serve = plan.role == config::UnitRole::kServe;
  const bool is_changed = plan.hash != (is_serve && peer_ ? running_hash_ : plan_.hash);
  plan_ = std::move(plan);
  if (is_changed && is_serve && peer_) {
    upgrade();
  } else if (is_changed && machine_.is_wanted()) {
    restart();
  } else {
    tell_options();
    tell_shared();
  }
}

bool UnitRunner::upgrade() {
  if (!peer_ || !machine_.is_wanted() || machine_.state() != UnitState::kRunning) return false;
  if (upgrade_since_) return true;  // what has changed since then is looked at behind it
  upgrade_since_ = monotonic_now();
  surroundings_.send(*peer_, {{"type", "upgrade"},
                              {"program", surroundings_.spawner.path_of(plan_.command.front())},
                              {"arguments", plan_.command},
                              {"hash", plan_.hash}});
  return true;
}

void UnitRunner::end_upgrade(const std::string& trouble) {
  upgrade_since_.reset();
  upgrade_trouble_ = trouble;
  if (!trouble.empty()) {
    last_error_ = "upgrade: " + trouble;
    log_alert("{}: {}", plan_.name, last_error_);
  } else {
    log_info("{}: upgraded", plan_.name);
    if (const auto written = write_own_record(); !written) log_alert("{}", written.error().message);
    if (plan_.hash != running_hash_) upgrade();
  }
  changed();
}

void UnitRunner::check_upgrade(MonotonicTime now) {
  if (upgrade_since_ && now - *upgrade_since_ > kUpgradeTime) end_upgrade("no answer");
}

// Changed options that need no new process.
void UnitRunner::tell_options() {
  if (plan_.options.empty() || !peer_ || told_options_ == plan_.options) return;
  json message{{"type", "options"}};
  for (const auto& [name, value] : plan_.options) message[name] = value;
  surroundings_.send(*peer_, message);
  told_options_ = plan_.options;
}

// Addresses that the process received by itself until now.
void UnitRunner::tell_shared() {
  if (!peer_ || told_shared_ == plan_.shared) return;
  surroundings_.send(*peer_, {{"type", "share"}, {"addresses", plan_.shared}});
  told_shared_ = plan_.shared;
}

bool UnitRunner::tell(const nlohmann::json& message) const {
  if (peer_) surroundings_.send(*peer_, message);
  return peer_.has_value();
}

bool UnitRunner::attach(const service::ProcessIdentity& identity, bool is_wanted) {
  auto process = Process::attach(identity);
  if (!process) return false;
  hold(std::move(*process));
  if (is_wanted) {
    machine_.adopt(monotonic_now());
    wait_deadline();
  } else {
    act(machine_.discard(monotonic_now()));
  }
  return true;
}

void UnitRunner::act(Action action) {
  switch (action) {
    case Action::kStart: start(); break;
    case Action::kTerminate:
      if (process_) process_->send_signal(SIGTERM);
      break;
    case Action::kKill:
      log_alert("{}: process {} is silent or does not end: killed", plan_.name, pid());
      surroundings_.on_event(event::kUnitKilled, {{"unit", plan_.name}, {"pid", pid()}});
      if (process_) process_->send_signal(SIGKILL);
      break;
    case Action::kNone: break;
  }
  wait_deadline();
  changed();
}

void UnitRunner::start() {
  machine_.set_jitter(random_jitter());
  is_ready_ = false;
  is_started_here_ = true;
  counted_ = {};
  error_rate_ = 0;
  counters_ = json::object();
  listening_ = json::array();
  told_ending_.reset();
  told_options_ = plan_.options;  // in its command line
  told_shared_ = plan_.shared;
  std::vector<std::string> environment = surroundings_.environment;
  environment.push_back("FLU_UNIT=" + plan_.name);
  environment.push_back("FLU_PLAN_HASH=" + plan_.hash);
  auto process = launch(environment);
  if (!process) {
    remove_unit_conf(surroundings_.run_dir, plan_.name);
    last_error_ = process.error().message;
    log_alert("{}: {}", plan_.name, last_error_);
    machine_.on_start_failed(monotonic_now());
    return;
  }
  running_hash_ = plan_.hash;
  hold(std::move(*process));
  if (const auto written = write_own_record(); !written) {
    // Without a record a successor would start a second one beside it.
    log_alert("{}: {}", plan_.name, written.error().message);
    last_error_ = written.error().message;
    process_->send_signal(SIGKILL);
  }
  log_debug("{}: started as process {}", plan_.name, pid());
  surroundings_.on_event(event::kUnitStarted,
                         {{"unit", plan_.name}, {"media", plan_.stream}, {"pid", pid()}});
}

Result<void> UnitRunner::write_own_record() const {
  UnitRecord record;
  record.unit = plan_.name;
  record.stream = plan_.stream;
  record.hash = running_hash_;
  record.process = process_->identity();
  record.boot_id = surroundings_.boot_id;
  return write_record(surroundings_.run_dir, record);
}

Result<Process> UnitRunner::launch(const std::vector<std::string>& environment) const {
  FLU_TRY(write_unit_conf(surroundings_.run_dir, plan_));
  return surroundings_.spawner.start(plan_.command, environment,
                                     plan_.stream.empty() ? 0 : kStreamMemory);
}

// An adopted process has run for a while.
void UnitRunner::note_start(std::chrono::nanoseconds age) {
  using std::chrono::duration_cast;
  started_ = monotonic_now() - duration_cast<MonotonicTime::duration>(age);
  started_utc_ms_ =
      duration_cast<std::chrono::milliseconds>(wall_now().time_since_epoch() - age).count();
}

void UnitRunner::hold(Process process) {
  process_.emplace(std::move(process));
  note_start(is_started_here_ ? std::chrono::nanoseconds(0)
                              : service::age_of(process_->identity()));
  error_code error;
  watch_.assign(process_->descriptor(), error);
  if (error) {
    log_alert("{}: watch process {}: {}", plan_.name, pid(), error.message());
    return;
  }
  watch();
}

void UnitRunner::watch() {
  watch_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                    [this](const error_code& error) {
                      if (error) return;
                      if (auto ending = process_->take_ending()) {
                        ended(std::move(*ending));
                      } else {
                        watch();
                      }
                    });
}

void UnitRunner::ended(Ending ending) {
  if (told_ending_) {
    // Its own word for the reason; for a process that is not our child also the code.
    ending.reason = told_ending_->reason;
    if (ending.signal == 0) ending.code = told_ending_->code;
  }
  watch_.release();
  const pid_t process = pid();
  process_.reset();
  peer_.reset();
  running_hash_.clear();
  if (upgrade_since_) {
    upgrade_since_.reset();
    upgrade_trouble_ = "its process ended: " + ending.to_text();
  }
  is_ready_ = false;
  remove_record(surroundings_.run_dir, plan_.name);
  remove_unit_conf(surroundings_.run_dir, plan_.name);
  const bool was_asked =
      machine_.state() == UnitState::kStopping || machine_.state() == UnitState::kKilling;
  if (!was_asked) {
    last_error_ = ending.to_text();
    log_alert("{}: process {} ended: {}", plan_.name, process, last_error_);
  }
  surroundings_.on_event(event::kUnitEnded, {{"unit", plan_.name},
                                             {"media", plan_.stream},
                                             {"pid", process},
                                             {"code", ending.code},
                                             {"signal", ending.signal},
                                             {"asked", was_asked},
                                             {"reason", ending.reason}});
  if (machine_.is_wanted()) ++restarts_;
  const Action action = machine_.on_end(ending, monotonic_now());
  if (action == Action::kStart) start();
  wait_deadline();
  changed(ending);
}

void UnitRunner::wait_deadline() {
  const auto deadline = machine_.deadline();
  if (!deadline) {
    timer_.cancel();
    return;
  }
  timer_.expires_at(*deadline);
  timer_.async_wait([this](const error_code& error) {
    if (error) return;
    act(machine_.on_time(monotonic_now()));
  });
}

void UnitRunner::on_message(service::MessageServer::Peer peer, const json& message) {
  peer_ = peer;
  const UnitState before = machine_.state();
  machine_.on_message(monotonic_now());
  // The timer is left alone: it fires at the old deadline and is set anew then.
  const std::string type = text_field(message, "type");
  if (type == "ready") {
    const bool is_news = !std::exchange(is_ready_, true) && is_started_here_;
    listening_ = message.value("listen", json::array());
    if (is_news) tell_listening();
  } else if (type == "counters") {
    take_counters(message);
  } else if (type == "event") {
    json fields = message;
    fields.erase("type");
    hide_addresses(fields);
    fields["unit"] = plan_.name;
    if (!plan_.stream.empty() && !fields.contains("media")) fields["media"] = plan_.stream;
    const std::string name = text_field(message, "event");
    surroundings_.on_event(name, std::move(fields));
    if (name == event::kServeUpgraded) end_upgrade("");
    if (name == event::kUpgradeFailed) end_upgrade(text_field(message, "reason"));
  } else if (type == "exiting") {
    Ending ending;
    if (message.contains("code") && message["code"].is_number_integer()) {
      ending.code = message["code"].get<int>();
    }
    ending.reason = text_field(message, "reason");
    told_ending_ = ending;
  }
  if (type == "hello") {
    running_hash_ = text_field(message, "plan_hash");
    tell_options();
    tell_shared();
  }
  if (before != machine_.state() || type == "ready") {
    wait_deadline();
    changed();
  }
}

void UnitRunner::take_counters(const json& message) {
  const auto errors_of = [](const json& counters) {
    const auto found = counters.find("errors");
    return found != counters.end() && found->is_number() ? found->get<double>() : 0.0;
  };
  const MonotonicTime now = monotonic_now();
  const double seconds = std::chrono::duration<double>(now - counted_).count();
  const double errors = errors_of(message) - errors_of(counters_);
  error_rate_ = counted_ == MonotonicTime{} || seconds <= 0 ? 0 : std::max(0.0, errors / seconds);
  counted_ = now;
  counters_ = message;
  counters_.erase("type");
  hide_addresses(counters_);
}

void UnitRunner::tell_listening() {
  for (const json& listener : listening_) {
    json fields = listener.is_object() ? listener : json::object();
    fields["unit"] = plan_.name;
    surroundings_.on_event(event::kListenerStart, std::move(fields));
  }
}

void UnitRunner::changed(const std::optional<Ending>& ending) {
  if (changed_) changed_(*this, ending);
}

}  // namespace flu::supervisor
