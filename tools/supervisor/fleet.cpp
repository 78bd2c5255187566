// Tested by tests/e2e/supervisor/reload.sh
#include "tools/supervisor/fleet.h"

#include <fcntl.h>
#include <sys/file.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <utility>

#include <boost/asio/post.hpp>

#include "libcommon/base/log.h"
#include "libcommon/config/changes.h"
#include "libcommon/event/types.h"
#include "libcommon/io/file.h"
#include "libcommon/service/exit_code.h"

namespace flu::supervisor {
namespace {

using nlohmann::json;

// A producer waits for its hub to listen, but not for ever: it retries by itself.
constexpr auto kHubTime = std::chrono::seconds(3);

// The live window of a stream that no longer runs, unless somebody runs it by hand: what is left of
// it would be served as if it were live, and takes memory.
void remove_window(const service::RunDir& run_dir, const std::string& stream) {
  const std::string folder = run_dir.live(stream);
  const auto lock = io::open_file(folder + "/lock", O_RDWR);
  if (!lock || ::flock(lock->get(), LOCK_EX | LOCK_NB) != 0) return;
  std::error_code error;
  std::filesystem::remove_all(folder, error);
  if (error) log_alert("remove {}: {}", folder, error.message());
}

}  // namespace

Fleet::Fleet(UnitSurroundings& surroundings, Answer answer)
    : surroundings_(surroundings), answer_(std::move(answer)) {}

UnitRunner& Fleet::add(config::Unit plan) {
  std::string name = plan.name;
  auto runner = std::make_unique<UnitRunner>(
      surroundings_, std::move(plan),
      [this](UnitRunner& unit, const std::optional<Ending>& ending) { on_changed(unit, ending); });
  return *units_.insert_or_assign(std::move(name), std::move(runner)).first->second;
}

// An archive without an absolute path lies below the state directory.
void Fleet::place_archives(config::ServerConfig& server) const {
  for (config::StreamConfig& stream : server.streams) {
    std::string& root = stream.dvr.root;
    if (!root.empty() && root.front() != '/') root.insert(0, surroundings_.state_dir + "/");
  }
}

void Fleet::adopt(const std::vector<UnitRecord>& records, config::ServerConfig server) {
  place_archives(server);
  config::UnitNames running;
  for (const UnitRecord& record : records) running.insert(record.unit);
  std::map<std::string, config::Unit> planned;
  for (config::Unit& unit : config::plan(server, running))
    planned.emplace(unit.name, std::move(unit));
  for (const UnitRecord& record : records) {
    const auto found = planned.find(record.unit);
    const bool is_wanted = found != planned.end() && found->second.hash == record.hash;
    config::Unit plan;
    if (found != planned.end()) {
      plan = found->second;
    } else {
      plan.name = record.unit;
      plan.stream = record.stream;
      plan.hash = record.hash;
    }
    auto& runner = add(std::move(plan));
    if (runner.attach(record.process, is_wanted)) {
      log_info("{}: {} process {} of a former supervisor", record.unit,
               is_wanted ? "adopting" : "ending", record.process.pid);
      // An on-demand stream that ran was wanted by somebody, who will say so again.
      if (is_wanted && !record.stream.empty()) {
        wants_.touch(record.stream, monotonic_now());
        up_.insert(record.stream);
      }
    } else {
      units_.erase(record.unit);
      remove_record(surroundings_.run_dir, record.unit);
    }
  }
}

PlanChanges Fleet::apply(config::ServerConfig server) {
  place_archives(server);
  PlanChanges changes;
  config::UnitNames running;
  for (const auto& [name, unit] : units_) running.insert(name);
  const auto plan = config::plan(server, running);
  changes.reconfigured = config::changed_streams(server_, server);
  forget_recordings(server);
  server_ = std::move(server);
  stream_index_.clear();
  for (std::size_t i = 0; i < server_.streams.size(); ++i) {
    stream_index_.emplace(server_.streams[i].name, i);
  }
  std::map<std::string, std::vector<std::string>, std::less<>> before = std::move(planned_);
  planned_.clear();
  remember_units(plan);
  for (const auto& [stream, names] : before) {
    const auto kept = planned_.find(stream);
    for (const std::string& name : names) {
      const bool is_kept =
          kept != planned_.end() &&
          std::find(kept->second.begin(), kept->second.end(), name) != kept->second.end();
      if (!is_kept) changes.stopped.push_back(name);
    }
  }
  for (const config::Unit& unit : plan) {
    const auto found = units_.find(unit.name);
    if (found == units_.end()) {
      add(unit);
      changes.started.push_back(unit.name);
      continue;
    }
    if (found->second->plan().hash != unit.hash) {
      const bool stays = unit.role == config::UnitRole::kServe && found->second->peer();
      (stays ? changes.upgraded : changes.restarted).push_back(unit.name);
    } else if (found->second->plan().options != unit.options) {
      changes.updated.push_back(unit.name);
    } else {
      ++changes.unchanged;
    }
    found->second->set_plan(unit);
  }
  ++version_;
  reconcile();
  return changes;
}

void Fleet::remember_units(const std::vector<config::Unit>& plan) {
  for (const config::Unit& unit : plan) planned_[unit.stream].push_back(unit.name);
}

void Fleet::stop() {
  is_stopping_ = true;
  reconcile();
}

std::size_t Fleet::process_count() const {
  return static_cast<std::size_t>(
      std::count_if(units_.begin(), units_.end(),
                    [](const auto& entry) { return entry.second->machine().has_process(); }));
}

void Fleet::tick() {
  const MonotonicTime now = monotonic_now();
  for (const auto& [name, unit] : units_) unit->check_upgrade(now);
  reconcile();
}

bool Fleet::is_desired(const UnitRunner& unit) const {
  if (is_stopping_) return false;
  const auto planned = planned_.find(unit.plan().stream);
  if (planned == planned_.end()) return false;
  const auto& names = planned->second;
  if (std::find(names.begin(), names.end(), unit.plan().name) == names.end()) return false;
  if (unit.plan().policy == config::RunPolicy::kAlways) return true;
  const config::StreamConfig* stream = find_stream(unit.plan().stream);
  return stream != nullptr &&
         wants_.is_wanted(stream->name, stream->clients_timeout, monotonic_now());
}

bool Fleet::may_start(const UnitRunner& unit) const {
  return std::all_of(
      unit.plan().after.begin(), unit.plan().after.end(), [&](const std::string& name) {
        const UnitRunner* before = this->unit(name);
        return before == nullptr || before->is_ready() ||
               (before->machine().has_process() && monotonic_now() - before->started() > kHubTime);
      });
}

void Fleet::reconcile() {
  for (const auto& [name, unit] : units_) reconcile(*unit);
  drop_removed();
}

void Fleet::reconcile(std::string_view stream) {
  const auto planned = planned_.find(stream);
  if (planned == planned_.end()) return;
  for (const std::string& name : planned->second) {
    const auto found = units_.find(name);
    if (found != units_.end()) reconcile(*found->second);
  }
}

void Fleet::reconcile(UnitRunner& unit) {
  const bool is_desired_now = is_desired(unit);
  if (!is_desired_now) {
    unit.unwant();
  } else if (!unit.machine().is_wanted() && may_start(unit)) {
    unit.want();
  }
}

// Units that left the plan are forgotten when their process has ended.
void Fleet::drop_removed() {
  for (auto at = units_.begin(); at != units_.end();) {
    const auto planned = planned_.find(at->second->plan().stream);
    const bool is_planned = planned != planned_.end() &&
                            std::find(planned->second.begin(), planned->second.end(), at->first) !=
                                planned->second.end();
    const bool is_over = !is_planned && !at->second->machine().has_process();
    at = is_over ? units_.erase(at) : std::next(at);
  }
}

void Fleet::on_changed(UnitRunner& unit, const std::optional<Ending>& ending) {
  ++version_;
  answer_upgraders(unit);
  const std::string stream = unit.plan().stream;
  if (stream.empty()) return;
  const bool is_hub = unit.plan().name == config::hub_name(stream);
  if (is_hub && ending && !unit.machine().is_wanted() && !is_stopping_) {
    remove_window(surroundings_.run_dir, stream);
  }
  const bool is_ready_hub =
      unit.plan().role == config::UnitRole::kHub && unit.is_ready() && unit.machine().is_wanted();
  std::string gave_up;
  if (ending && unit.plan().policy == config::RunPolicy::kWhileWanted && !is_stopping_ &&
      unit.machine().is_wanted() && unit.plan().role == config::UnitRole::kIngest &&
      ending->code == static_cast<int>(service::ExitCode::kUnavailable) && ending->signal == 0) {
    gave_up = ending->to_text();
  }
  // Later: the unit that calls is in the middle of its own change.
  boost::asio::post(surroundings_.loop, [this, stream, is_ready_hub, gave_up] {
    if (!gave_up.empty()) give_up(stream, gave_up);
    if (is_ready_hub) answer_questions(stream, "");
    tell_stream_changes(stream, is_ready_hub);
    reconcile(stream);
  });
}

void Fleet::tell_stream_changes(const std::string& stream, bool is_ready) {
  if (is_ready && up_.insert(stream).second) {
    surroundings_.on_event(event::kStreamStarted, {{"media", stream}});
    return;
  }
  // Those of a stream that is no longer planned, too.
  const bool is_down = std::none_of(units_.begin(), units_.end(), [&](const auto& entry) {
    const UnitRunner& unit = *entry.second;
    return unit.plan().stream == stream &&
           (unit.machine().has_process() || unit.machine().is_wanted());
  });
  if (is_down && up_.erase(stream) > 0) {
    surroundings_.on_event(event::kStreamStopped, {{"media", stream}});
  }
}

void Fleet::give_up(const std::string& stream, const std::string& reason) {
  log_alert("{}: no source, until it is asked for again: {}", stream, reason);
  surroundings_.on_event(event::kStreamBrokenSource, {{"media", stream}, {"reason", reason}});
  answer_questions(stream, "no source: " + reason);
  wants_.forget(stream);
}

void Fleet::on_message(service::MessageServer::Peer peer, pid_t process, const json& message) {
  const auto type = message.find("type");
  if (type != message.end() && *type == "hello") on_hello(peer, process, message);
  const auto known = peers_.find(peer);
  if (known == peers_.end()) return;
  const auto unit = units_.find(known->second);
  if (unit != units_.end() && unit->second->pid() == process) {
    unit->second->on_message(peer, message);
  }
}

void Fleet::on_hello(service::MessageServer::Peer peer, pid_t process, const json& message) {
  const auto name = message.find("unit");
  if (name == message.end() || !name->is_string()) return;
  const auto found = units_.find(name->get<std::string>());
  if (found != units_.end() && found->second->pid() == process) {
    peers_[peer] = found->first;
    return;
  }
  // A process that a killed supervisor had no time to record. It would fight with ours for the
  // stream, and its plan is not known to be right.
  log_alert("{}: process {} says hello but is not ours: ended", name->get<std::string>(), process);
  auto identity = service::identify_process(process);
  if (!identity) return;
  if (const auto stranger = Process::attach(*identity)) stranger->send_signal(SIGTERM);
}

void Fleet::on_closed(service::MessageServer::Peer peer) {
  const auto known = peers_.find(peer);
  if (known == peers_.end()) return;
  const auto unit = units_.find(known->second);
  if (unit != units_.end() && unit->second->peer() == peer) unit->second->forget_peer();
  peers_.erase(known);
}

const config::StreamConfig* Fleet::find_stream(std::string_view name) const {
  const auto found = stream_index_.find(name);
  return found == stream_index_.end() ? nullptr : &server_.streams[found->second];
}

const UnitRunner* Fleet::unit(std::string_view name) const {
  const auto found = units_.find(name);
  return found == units_.end() ? nullptr : found->second.get();
}

std::vector<const UnitRunner*> Fleet::units_of(std::string_view stream) const {
  std::vector<const UnitRunner*> out;
  const auto planned = planned_.find(stream);
  if (planned == planned_.end()) return out;
  for (const std::string& name : planned->second) {
    if (const UnitRunner* found = unit(name)) out.push_back(found);
  }
  return out;
}

std::vector<const UnitRunner*> Fleet::server_units() const {
  return units_of("");
}

}  // namespace flu::supervisor
