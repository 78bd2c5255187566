// Tested by tests/e2e/supervisor/reload.sh
#include "tools/supervisor/supervisor.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

#include "libcommon/base/bytes.h"
#include "libcommon/base/log.h"
#include "libcommon/event/types.h"
#include "libcommon/io/file.h"
#include "libcommon/io/system_error.h"
#include "libcommon/service/ready.h"
#include "libcommon/service/run_dir.h"
#include "libcommon/service/state_dir.h"
#include "tools/supervisor/api.h"
#include "tools/supervisor/config_file.h"
#include "tools/supervisor/control.h"
#include "tools/supervisor/fleet.h"
#include "tools/supervisor/journal.h"
#include "tools/supervisor/listen_check.h"
#include "tools/supervisor/notify.h"
#include "tools/supervisor/state_view.h"
#include "tools/supervisor/unit_conf.h"

namespace flu::supervisor {
namespace {

using boost::system::error_code;
using nlohmann::json;

constexpr auto kTick = std::chrono::seconds(1);
constexpr std::size_t kMaxReportedErrors = 200;

void print_lines(const std::vector<std::string>& lines) {
  for (const std::string& line : lines) fmt::print(stderr, "{}\n", line);
}

Result<ConfigFile> load(const std::string& path) {
  FLU_TRY_ASSIGN(ConfigFile file, read_config(path));
  print_lines(file.warnings);
  print_lines(file.errors);
  if (!file.errors.empty()) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("config {}: {} error{}", path, file.errors.size(),
                            file.errors.size() == 1 ? "" : "s"));
  }
  return file;
}

// One supervisor a run directory. Held for life, and not by the units: close-on-exec.
Result<UniqueFd> take_lock(const service::RunDir& run_dir) {
  FLU_TRY_ASSIGN(UniqueFd lock, io::open_file(run_dir.supervisor_lock(), O_RDWR | O_CREAT));
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    const auto owner = io::pread_up_to(lock.get(), 20, 0, run_dir.supervisor_lock());
    std::string pid = owner ? std::string(as_text(*owner)) : "";
    while (!pid.empty() && pid.back() == '\n') pid.pop_back();
    return fail(ErrorCode::kUnavailable,
                fmt::format("run directory {}: another flu-supervisor, process {}, works here",
                            run_dir.path(), pid.empty() ? "unknown" : pid));
  }
  if (::ftruncate(lock.get(), 0) != 0) {
    return io::fail_system("truncate", run_dir.supervisor_lock(), errno);
  }
  FLU_TRY(io::pwrite_all(lock.get(), as_bytes(fmt::format("{}\n", ::getpid())), 0,
                         run_dir.supervisor_lock()));
  return lock;
}

// Each unit costs a pidfd and a connection.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  [[maybe_unused]] const int done = ::setrlimit(RLIMIT_NOFILE, &limit);
}

std::vector<std::string> unit_environment(const service::RunDir& run_dir,
                                          const service::CommonOptions& common,
                                          const std::string& config) {
  std::vector<std::string> out{"FLU_RUN_DIR=" + run_dir.path()};
  // Certificates lie beside the config.
  std::error_code ec;
  const auto folder = std::filesystem::absolute(config, ec).parent_path();
  if (!ec) out.push_back("FLU_TLS_DIR=" + folder.string());
  if (!common.state_dir.empty()) out.push_back("FLU_STATE_DIR=" + common.state_dir);
  return out;
}

class Supervisor {
 public:
  Supervisor(const Options& options, const service::CommonOptions& common, service::RunDir run_dir,
             std::string boot_id)
      : options_(options),
        common_(common),
        run_dir_(std::move(run_dir)),
        spawner_(options.program_dir.empty() ? own_folder() : options.program_dir),
        journal_(run_dir_.state() + "/events.jsonl"),
        surroundings_{
            loop_,
            spawner_,
            run_dir_,
            std::move(boot_id),
            unit_environment(run_dir_, common, options.config),
            service::find_state_dir(common),
            [this](std::string_view name, json fields) { journal_.add(name, std::move(fields)); },
            [this](service::MessageServer::Peer peer, const json& message) {
              if (status_server_) status_server_->send(peer, message);
            }},
        fleet_(surroundings_,
               [this](Wants::Holder holder, const json& reply) { control_.answer(holder, reply); }),
        control_(fleet_, journal_,
                 {[this] { return status(); }, [this] { return reload(); }, [this] { stop(); },
                  [this](const json& request, std::string_view body) {
                    return api_.answer(request, body);
                  }}),
        api_(fleet_, journal_,
             {[this] { return options_.config; },
              [this](config::ServerConfig server) {
                facts_.config_error.clear();
                put_in_force(std::move(server));
              },
              [this] { return reload(); },
              [this](const std::string& name, const std::string& url) {
                return control_.switch_source(name, url);
              },
              [this] { write_dvr_conf(); }}),
        signals_(loop_, SIGTERM, SIGINT, SIGHUP),
        timer_(loop_) {
    std::error_code error;
    facts_.config_path = std::filesystem::absolute(options.config, error).string();
    if (error) facts_.config_path = options.config;
    facts_.started = monotonic_now();
    facts_.started_utc_ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(wall_now().time_since_epoch())
            .count();
  }

  Result<void> run(config::ServerConfig server) {
    journal_.on_event([this](const json& event) { control_.publish(event); });
    // Units of a killed supervisor say hello as soon as the socket is there: know them before.
    const auto records = read_records(run_dir_, surroundings_.boot_id);
    remove_stale_unit_conf(run_dir_, records);
    fleet_.adopt(records, server);
    FLU_TRY(open_status());
    FLU_TRY(control_.open(loop_, run_dir_.control_socket()));
    journal_.add(event::kServerStarted, {{"pid", ::getpid()}});
    fleet_.apply(std::move(server));
    write_conf();
    wait_for_signal();
    write_state();
    tick();
    FLU_TRY(service::announce_ready(common_, {}));
    notify_systemd("READY=1");
    log_info("runs {} streams, in {}", fleet_.server().streams.size(), run_dir_.path());
    loop_.run();
    return {};
  }

 private:
  Result<void> open_status() {
    service::MessageServer::Handlers handlers;
    handlers.message = [this](service::MessageServer::Peer peer, const json& message,
                              std::vector<UniqueFd>&) {
      fleet_.on_message(peer, status_server_->process_of(peer), message);
    };
    handlers.closed = [this](service::MessageServer::Peer peer) { fleet_.on_closed(peer); };
    FLU_TRY_ASSIGN(status_server_,
                   service::MessageServer::open(loop_, run_dir_.status_socket(), handlers));
    return {};
  }

  void wait_for_signal() {
    signals_.async_wait([this](const error_code& error, int signal) {
      if (error) return;
      if (signal == SIGHUP) {
        reload();
      } else {
        stop();
      }
      wait_for_signal();
    });
  }

  void tick() {
    timer_.expires_after(is_stopping_ ? std::chrono::milliseconds(50) : kTick);
    timer_.async_wait([this](const error_code& error) {
      if (error) return;
      fleet_.tick();
      if (is_stopping_ && fleet_.process_count() == 0) {
        finish();
        return;
      }
      if (!is_stopping_) {
        write_state();
        write_dvr_conf();
      }
      tick();
    });
  }

  json status() const {
    json out = describe_server(fleet_, facts_, monotonic_now());
    out["ok"] = true;
    out["run_dir"] = run_dir_.path();
    out["processes"] = fleet_.process_count();
    return out;
  }

  json reload() {
    auto file = read_config(options_.config);
    json reply{{"ok", false}};
    std::vector<std::string> errors;
    if (!file) {
      errors = {file.error().message};
    } else {
      reply["warnings"] = file->warnings;
      errors = std::move(file->errors);
      if (errors.empty()) errors = taken_addresses(file->loaded.server, fleet_, options_.config);
    }
    reply["error_count"] = errors.size();
    if (errors.size() > kMaxReportedErrors) errors.resize(kMaxReportedErrors);
    reply["errors"] = errors;
    if (!errors.empty()) {
      facts_.config_error = errors.front();
      log_alert("reload refused, the old config stays in force: {}", facts_.config_error);
      journal_.add(event::kConfigRefused, {{"error", facts_.config_error}});
      return reply;
    }
    facts_.config_error.clear();
    reply.update(put_in_force(std::move(file->loaded.server)));
    reply["ok"] = true;
    return reply;
  }

  // Which units it touched, by name.
  json put_in_force(config::ServerConfig server) {
    const PlanChanges changes = fleet_.apply(std::move(server));
    write_conf();
    log_info(
        "config reloaded: {} units started, {} stopped, {} restarted, {} updated, {} untouched",
        changes.started.size(), changes.stopped.size(), changes.restarted.size(),
        changes.updated.size(), changes.unchanged);
    journal_.add(event::kConfigReloaded, {{"started", changes.started.size()},
                                          {"stopped", changes.stopped.size()},
                                          {"restarted", changes.restarted.size()},
                                          {"updated", changes.updated.size()},
                                          {"unchanged", changes.unchanged}});
    for (const std::string& name : changes.reconfigured) {
      journal_.add(event::kStreamReconfigured, {{"media", name}});
    }
    write_state();
    return {{"started", changes.started},     {"stopped", changes.stopped},
            {"restarted", changes.restarted}, {"updated", changes.updated},
            {"upgraded", changes.upgraded},   {"unchanged", changes.unchanged}};
  }

  void stop() {
    if (std::exchange(is_stopping_, true)) return;
    log_info("stopping");
    notify_systemd("STOPPING=1");
    fleet_.stop();
    tick();
  }

  void finish() {
    journal_.add(event::kServerStopped, {{"pid", ::getpid()}});
    write_state();
    control_.close();
    status_server_.reset();
    ::unlink(run_dir_.control_socket().c_str());
    ::unlink(run_dir_.status_socket().c_str());
    loop_.stop();
  }

  // The parts of the config that daemons of all streams work from.
  void write_conf() {
    write_conf_file("serve", describe_conf(fleet_.server(), wwwroot()));
    write_conf_file("auth", describe_auth_conf(fleet_.server()));
    write_conf_file("thumb", describe_thumb_conf(fleet_.server()));
    write_dvr_conf();
  }

  // What each recorder works from; at once where it has changed.
  void write_dvr_conf() {
    std::map<std::string, std::string> now;
    for (const std::string& root : config::archive_roots(fleet_.server())) {
      const json content = describe_dvr_conf(fleet_, root);
      std::string& text = now[root];
      text = content.dump();
      const auto before = recorder_conf_.find(root);
      if (before != recorder_conf_.end() && before->second == text) continue;
      const std::string file = config::unit_file(config::recorder_name(root));
      write_conf_file(file.substr(0, file.rfind('.')), content);
    }
    for (const auto& [root, text] : recorder_conf_) {
      if (now.count(root) != 0) continue;
      ::unlink((run_dir_.conf() + "/" + config::unit_file(config::recorder_name(root))).c_str());
    }
    recorder_conf_ = std::move(now);
  }

  // Beside the config file.
  std::string wwwroot() const {
    return (std::filesystem::path(facts_.config_path).parent_path() / "wwwroot").string();
  }

  void write_conf_file(const std::string& name, const json& content) {
    const std::string path = fmt::format("{}/{}.json", run_dir_.conf(), name);
    const std::string text = content.dump() + "\n";
    if (const auto done = io::replace_file(path, as_bytes(text), 0600); !done) {
      log_alert("{}", done.error().message);
    }
  }

  void write_state() {
    write_state_file("streams", describe_streams(fleet_, monotonic_now()));
    write_state_file("server", describe_server(fleet_, facts_, monotonic_now()));
  }

  void write_state_file(const std::string& name, const json& content) {
    std::string text = content.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
    std::string& written = written_[name];
    if (written == text) return;
    const std::string path = fmt::format("{}/{}.json", run_dir_.state(), name);
    if (const auto done = io::replace_file(path, as_bytes(text)); !done) {
      log_alert("{}", done.error().message);
      return;
    }
    written = std::move(text);
  }

  const Options& options_;
  const service::CommonOptions& common_;
  service::RunDir run_dir_;
  boost::asio::io_context loop_{1};
  Spawner spawner_;
  Journal journal_;
  UnitSurroundings surroundings_;
  Fleet fleet_;
  Control control_;
  Api api_;
  std::unique_ptr<service::MessageServer> status_server_;
  boost::asio::signal_set signals_;
  boost::asio::steady_timer timer_;
  ServerFacts facts_;
  std::map<std::string, std::string> written_;
  std::map<std::string, std::string> recorder_conf_;  // by root
  bool is_stopping_ = false;
};

}  // namespace

Result<void> run(const Options& options, const service::CommonOptions& common) {
  FLU_TRY_ASSIGN(ConfigFile file, load(options.config));
  if (options.is_check) return {};
  raise_descriptor_limit();
  FLU_TRY_ASSIGN(service::RunDir run_dir, service::open_run_dir(common));
  FLU_TRY_ASSIGN(const UniqueFd lock, take_lock(run_dir));
  for (const std::string& folder :
       {run_dir.units(), run_dir.conf(), run_dir.state(), run_dir.live()}) {
    FLU_TRY(io::make_directories(folder));
  }
  FLU_TRY_ASSIGN(std::string boot_id, service::boot_id());
  Supervisor supervisor(options, common, std::move(run_dir), std::move(boot_id));
  return supervisor.run(std::move(file.loaded.server));
}

}  // namespace flu::supervisor
