// Tested by tests/e2e/serve/upgrade-curl.sh
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "libcommon/base/bytes.h"
#include "libcommon/base/log.h"
#include "libcommon/event/types.h"
#include "libcommon/io/unix_socket.h"
#include "tools/serve/master.h"

namespace flu::serve {

void Master::adopt(std::vector<HandedWorker> workers) {
  for (auto& worker : workers) {
    Slot slot;
    slot.pid = worker.pid;
    slot.channel = std::move(worker.channel);
    slot.counters = std::move(worker.counters);
    slot.is_draining = worker.is_draining;
    is_replacing_ = is_replacing_ || !slot.is_draining;
    old_.push_back(std::move(slot));
  }
}

void Master::reap_old() {
  for (auto place = old_.begin(); place != old_.end();) {
    int status = 0;
    const pid_t got = ::waitpid(place->pid, &status, WNOHANG);
    if (got == 0) {
      ++place;
      continue;
    }
    count(*place);
    log_info("worker {} of the program before has left", place->pid);
    place = old_.erase(place);
  }
}

// The old accept until the new do: nobody finds a closed door. Those that were replaced once before
// have had their time.
void Master::replace_old() {
  reap_old();
  const auto has_reported = [](const Slot& slot) { return slot.pid != 0 && slot.has_reported; };
  if (!is_replacing_ || !std::all_of(slots_.begin(), slots_.end(), has_reported)) return;
  is_replacing_ = false;
  const std::string patience = fmt::format("{}{}", kDrainTimeout, settings_.drain_timeout.count());
  for (Slot& slot : old_) {
    if (slot.channel && !slot.is_draining) {
      [[maybe_unused]] const auto told =  // else its own holds
          io::send_message(slot.channel.get(), as_bytes(patience));
    }
    const std::string_view word = slot.is_draining ? "cut" : "drain";
    const auto sent =
        slot.channel ? io::send_message(slot.channel.get(), as_bytes(word)) : Result<bool>(false);
    if (!sent || !*sent) ::kill(slot.pid, SIGTERM);
    slot.is_draining = true;
  }
  log_info("{} workers took over from {}", slots_.size(), old_.size());
  status_.event(event::kServeUpgraded, {{"version", FLU_VERSION}});
}

void Master::on_command(const nlohmann::json& message) {
  if (message.value("type", nlohmann::json()) != "upgrade") return;
  NextProgram next = own_program();
  const auto words = message.find("arguments");
  const auto path = message.find("program");
  const auto hash = message.find("hash");
  if (words != message.end() && words->is_array()) {
    next.arguments.clear();
    for (const auto& word : *words) {
      if (word.is_string()) next.arguments.push_back(word.get<std::string>());
    }
  }
  if (path != message.end() && path->is_string()) next.path = path->get<std::string>();
  if (hash != message.end() && hash->is_string()) next.plan_hash = hash->get<std::string>();
  upgrade(std::move(next));
}

void Master::upgrade(NextProgram program) {
  if (is_stopping_) return;
  if (trial_.is_running() || is_replacing_) return upgrade_failed("another is under way");
  if (program.arguments.empty()) return upgrade_failed("the command line is not known");
  has_told_failure_ = false;
  log_info("upgrade: trying {}", program.path);
  const auto written = write_handover(hand_over());
  if (!written) return upgrade_failed(written.error().message);
  const auto done = trial_.start(program, written->inherited, written->file.get(),
                                 [this, program](const std::string& trouble) {
                                   if (trouble.empty()) {
                                     become(program);
                                   } else {
                                     upgrade_failed(fmt::format("{}: {}", program.path, trouble));
                                   }
                                 });
  if (!done) upgrade_failed(done.error().message);
}

HandoverView Master::hand_over() {
  read_reports();
  HandoverView out;
  for (const auto& listener : listeners_) {
    for (const auto& socket : listener.sockets) out.sockets.push_back(socket.get());
  }
  const auto add = [&](const Slot& slot) {
    if (slot.pid == 0 || !slot.channel) return;
    out.workers.push_back({slot.pid, slot.channel.get(), slot.is_draining, slot.counters});
  };
  for (const auto& slot : slots_) add(slot);
  for (const auto& slot : old_) add(slot);
  out.past = past_;
  return out;
}

// The same process goes on as the next program: its children stay its own, and whoever watches it
// sees no end.
void Master::become(const NextProgram& program) {
  const auto written = write_handover(hand_over());
  if (!written) return upgrade_failed(written.error().message);
  keep_over_exec(written->inherited, true);
  ::setenv(kHandoverVariable, std::to_string(written->file.get()).c_str(), 1);
  execute(program);
  const int why = errno;
  keep_over_exec(written->inherited, false);
  ::unsetenv(kHandoverVariable);
  upgrade_failed(fmt::format("start {}: {}", program.path, std::strerror(why)));
}

void Master::upgrade_failed(const std::string& why) {
  log_alert("upgrade: {}", why);
  status_.event(event::kUpgradeFailed, {{"reason", why}});
}

}  // namespace flu::serve
