// Tested by tests/e2e/serve/sessions-curl.sh
#include "tools/auth/auth.h"

#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "libcommon/base/log.h"
#include "libcommon/event/types.h"
#include "libcommon/io/file.h"
#include "libcommon/service/message_server.h"
#include "libcommon/service/run_dir.h"
#include "libcommon/service/status.h"
#include "tools/auth/limits.h"
#include "tools/auth/message.h"
#include "tools/auth/registry.h"
#include "tools/auth/traffic.h"

namespace flu::auth {
namespace {

using nlohmann::json;
using service::MessageServer;
using Peer = MessageServer::Peer;

constexpr std::size_t kMaxConf = 64 << 20;

Registry::Moment moment_now() {
  return {
      monotonic_now(),
      std::chrono::duration_cast<std::chrono::milliseconds>(wall_now().time_since_epoch()).count()};
}

class Daemon {
 public:
  Daemon(const service::CommonOptions& common, service::RunDir run_dir)
      : run_dir_(std::move(run_dir)),
        registry_([this](const Session& session) { tell(event::kSessionOpened, session); },
                  [this](const Session& session) { tell(event::kSessionClosed, session); },
                  kMaxSessions),
        status_(loop_, common, [this] { return counters(); }),
        signals_(loop_, SIGTERM, SIGINT),
        timer_(loop_) {}

  Result<void> run() {
    MessageServer::Handlers handlers;
    handlers.message = [this](Peer peer, const json& message, std::vector<UniqueFd>&) {
      on_message(peer, message);
    };
    handlers.closed = [this](Peer peer) {
      registry_.drop(peer, moment_now());
      traffic_.drop(peer);
    };
    FLU_TRY(io::make_directories(run_dir_.state()));
    look_at_conf();
    FLU_TRY_ASSIGN(server_, MessageServer::open(loop_, run_dir_.auth_socket(), handlers));
    status_.on_command([this](const json& command) {
      if (text_field(command, "type") == "close_sessions") revoke(parse_ids(command));
    });
    signals_.async_wait([this](const auto& error, int) {
      if (!error) loop_.stop();
    });
    status_.ready();
    tick();
    loop_.run();
    status_.exiting(0, "stopped");
    ::unlink(run_dir_.auth_socket().c_str());
    return {};
  }

 private:
  void on_message(Peer peer, const json& message) {
    const std::string type = text_field(message, "type");
    if (type == "open") {
      open(peer, message);
    } else if (type == "report") {
      for (const Part& part : parse_report(message, peer)) registry_.report(part.id, part.bytes);
      if (const auto streams = message.find("streams"); streams != message.end()) {
        traffic_.add(peer, *streams);
      }
    } else if (type == "left") {
      const auto now = moment_now();
      for (const auto number : parse_numbers(message, "numbers")) {
        registry_.close({peer, number}, now);
      }
    } else if (type == "list") {
      list(peer, message);
    } else if (type == "close") {
      server_->send(peer, {{"type", "closed"}, {"count", revoke(parse_ids(message))}});
    } else {
      log_debug("auth.sock: a message of type '{}' is not known", type);
    }
  }

  void open(Peer peer, const json& message) {
    const auto now = moment_now();
    json decisions = json::array();
    for (const Opening& opening : parse_openings(message)) {
      const auto decision =
          registry_.open({peer, opening.number}, opening.viewer, now, opening.known);
      if (decision.session != nullptr) traffic_.touch(opening.viewer.name, now.utc_ms);
      if (!decision.is_allowed) ++refused_;
      decisions.push_back(describe_decision(opening.number, decision));
    }
    server_->send(peer, {{"type", "opened"}, {"sessions", std::move(decisions)}});
  }

  void list(Peer peer, const json& message) {
    const std::string name = text_field(message, "name");
    const auto found = registry_.list(number_field(message, "after"), name, kPage);
    json sessions = json::array();
    const std::int64_t now = moment_now().utc_ms;
    for (const Session* session : found) sessions.push_back(describe_session(*session, now));
    json reply{{"type", "sessions"}, {"sessions", std::move(sessions)}};
    if (found.size() == kPage) reply["next"] = found.back()->number;
    if (const auto tag = message.find("tag"); tag != message.end()) reply["tag"] = *tag;
    server_->send(peer, reply);
  }

  // Their workers cut what is connected. How many sessions there were.
  std::size_t revoke(const std::vector<std::string>& ids) {
    std::size_t all = 0;
    std::map<Peer, json> told;
    for (const std::string& id : ids) {
      std::size_t count = 0;
      for (const PartId& part : registry_.revoke(id, count)) {
        told[part.worker].push_back(part.number);
      }
      all += count;
    }
    for (auto& [worker, numbers] : told) {
      server_->send(worker, {{"type", "revoke"}, {"numbers", std::move(numbers)}});
    }
    return all;
  }

  // No more than the journal bears.
  void tell(std::string_view name, const Session& session) {
    const MonotonicTime now = monotonic_now();
    const double passed = std::chrono::duration<double>(now - event_at_).count();
    event_at_ = now;
    events_left_ = std::min(kEventBurst, events_left_ + passed * kEventRate);
    if (events_left_ < 1) {
      ++untold_;
      return;
    }
    --events_left_;
    status_.event(name, describe_event(session));
  }

  void tick() {
    registry_.expire(moment_now());
    look_at_conf();
    const std::string text = traffic_.to_json(monotonic_now(), registry_.clients())
                                 .dump(-1, ' ', false, json::error_handler_t::replace) +
                             "\n";
    if (const auto done = io::replace_file(run_dir_.state() + "/clients.json", as_bytes(text));
        !done) {
      errors_.add(done.error().message, monotonic_now());
    }
    timer_.expires_after(std::chrono::seconds(1));
    timer_.async_wait([this](const auto& error) {
      if (!error) tick();
    });
  }

  // Replaced by rename: another file. An inode may be used again, hence the time too.
  void look_at_conf() {
    const std::string path = run_dir_.conf() + "/auth.json";
    struct stat found {};
    if (::stat(path.c_str(), &found) != 0) {
      if (conf_file_ != std::pair<ino_t, std::int64_t>{}) registry_.set_policy({});
      conf_file_ = {};
      return;
    }
    const auto changed =
        static_cast<std::int64_t>(found.st_mtim.tv_sec) * 1'000'000'000 + found.st_mtim.tv_nsec;
    if (conf_file_ == std::pair(found.st_ino, changed)) return;
    const auto content = io::read_file(path, kMaxConf);
    if (!content) return errors_.add(content.error().message, monotonic_now());
    registry_.set_policy(
        parse_policy(json::parse(content->begin(), content->end(), nullptr, false)));
    conf_file_ = {found.st_ino, changed};
  }

  json counters() const {
    return {{"sessions", registry_.size()},
            {"sessions_refused", refused_},
            {"sessions_uncounted", registry_.uncounted()},
            {"events_untold", untold_}};
  }

  boost::asio::io_context loop_{1};
  service::RunDir run_dir_;
  Registry registry_;
  Traffic traffic_;
  service::StatusReporter status_;
  std::unique_ptr<MessageServer> server_;
  boost::asio::signal_set signals_;
  boost::asio::steady_timer timer_;
  RateLimitedLog errors_{LogLevel::kAlert};
  std::pair<ino_t, std::int64_t> conf_file_{};
  std::uint64_t refused_ = 0;
  std::uint64_t untold_ = 0;
  double events_left_ = kEventBurst;
  MonotonicTime event_at_ = monotonic_now();
};

// Held for life: two registries of one run directory would each know half.
Result<UniqueFd> take_lock(const service::RunDir& run_dir) {
  FLU_TRY_ASSIGN(UniqueFd lock,
                 io::open_file(run_dir.path() + "/auth.lock", O_RDWR | O_CREAT, 0640));
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) == 0) return lock;
  return fail(ErrorCode::kUnavailable, fmt::format("another flu-auth runs in {}", run_dir.path()));
}

}  // namespace

Result<void> run(const service::CommonOptions& common) {
  FLU_TRY_ASSIGN(service::RunDir run_dir, service::open_run_dir(common));
  FLU_TRY_ASSIGN(const UniqueFd lock, take_lock(run_dir));
  Daemon daemon(common, std::move(run_dir));
  return daemon.run();
}

}  // namespace flu::auth
