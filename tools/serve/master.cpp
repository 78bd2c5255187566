// Tested by tests/e2e/serve/workers.sh
#include "tools/serve/master.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>

#include "libcommon/base/log.h"
#include "libcommon/event/types.h"
#include "libcommon/io/system_error.h"
#include "libcommon/io/unix_socket.h"
#include "libcommon/service/exit_code.h"
#include "tools/serve/limits.h"

namespace flu::serve {
namespace {

constexpr std::chrono::milliseconds kTick{500};
// A worker that ended sooner is started again later: 1, 2, 4 ... s.
constexpr std::chrono::seconds kQuickEnd{5};
constexpr int kMaxBackOff = 5;  // 2^5 s
constexpr std::array<const char*, 11> kSums{
    "accepted",    "refused",     "requests",    "errors",         "bytes",     "answers_2xx",
    "answers_3xx", "answers_4xx", "answers_5xx", "tls_handshakes", "tls_failed"};

sigset_t handled_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGTERM, SIGINT, SIGCHLD, SIGHUP, SIGUSR2}) sigaddset(&set, number);
  return set;
}

std::string end_text(int status) {
  if (WIFSIGNALED(status)) return fmt::format("was killed by signal {}", WTERMSIG(status));
  return fmt::format("ended with code {}", WEXITSTATUS(status));
}

void add_sums(nlohmann::json& sums, const nlohmann::json& counters) {
  for (const char* name : kSums) {
    sums[name] = sums.value(name, std::uint64_t{0}) + counters.value(name, std::uint64_t{0});
  }
}

// Everything that a worker does not need: the loop's descriptors, the other workers' sockets, the
// way to the supervisor.
void close_others(std::vector<unsigned> keep) {
  std::sort(keep.begin(), keep.end());
  unsigned next = STDERR_FILENO + 1;
  for (const unsigned fd : keep) {
    if (fd > next) ::close_range(next, fd - 1, 0);
    next = std::max(next, fd + 1);
  }
  ::close_range(next, ~0U, 0);
}

}  // namespace

Master::Master(const service::CommonOptions& common, WorkerSettings settings, unsigned workers,
               std::vector<Listener> listeners, std::unique_ptr<CertificateWatch> certificates,
               Handover handover)
    : common_(common),
      settings_(std::move(settings)),
      listeners_(std::move(listeners)),
      certificates_(std::move(certificates)),
      slots_(workers),
      signals_(loop_),
      timer_(loop_),
      status_(loop_, common_, [this] { return counters(); }),
      past_(std::move(handover.past)),
      trial_(loop_) {
  adopt(std::move(handover.workers));
}

Result<void> Master::run() {
  const sigset_t set = handled_signals();
  if (::sigprocmask(SIG_BLOCK, &set, nullptr) != 0) {
    return io::fail_system("sigprocmask", "flu-serve", errno);
  }
  UniqueFd fd(::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
  if (!fd) return io::fail_system("signalfd", "flu-serve", errno);
  signals_.assign(fd.release());
  FLU_TRY(start_due_workers());
  status_.on_command([this](const nlohmann::json& message) { on_command(message); });
  wait_for_signals();
  tick();

  std::vector<service::Listening> listening;
  std::vector<int> sockets;
  for (const auto& listener : listeners_) {
    listening.push_back(listener.listening);
    for (const auto& socket : listener.sockets) sockets.push_back(socket.get());
  }
  for (const auto& [proto, addr, port] : listening) {
    log_info("listening on {} port {}{}", addr, port, proto == "https" ? ", https" : "");
  }
  status_.ready(listening, sockets);

  while (!is_stopping_ || has_workers()) {
    loop_.run_one();
    // Outside of every handler, so that a worker is born with an empty stack.
    FLU_TRY(start_due_workers());
  }
  status_.exiting(0, "stopped");
  return {};
}

bool Master::has_workers() const {
  return !old_.empty() ||
         std::any_of(slots_.begin(), slots_.end(), [](const Slot& slot) { return slot.pid != 0; });
}

Result<void> Master::start_due_workers() {
  if (is_stopping_) return {};
  const MonotonicTime now = monotonic_now();
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (slots_[i].pid == 0 && now >= slots_[i].start_at) FLU_TRY(start_worker(i));
  }
  return {};
}

Result<void> Master::start_worker(std::size_t index) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return io::fail_system("socketpair", "worker", errno);
  }
  UniqueFd ours(ends[0]);
  UniqueFd theirs(ends[1]);
  std::fflush(nullptr);
  const pid_t pid = ::fork();
  if (pid < 0) return io::fail_system("fork", "worker", errno);
  if (pid == 0) become_worker(index, std::move(theirs));
  Slot& slot = slots_[index];
  slot.pid = pid;
  slot.started = monotonic_now();
  slot.channel = std::move(ours);
  slot.counters = nlohmann::json::object();
  slot.has_reported = false;
  return {};
}

// The master's loop and objects stay behind untouched: nothing of them runs here again.
void Master::become_worker(std::size_t index, UniqueFd channel) {
  std::vector<WorkerSocket> sockets;
  std::vector<unsigned> keep{static_cast<unsigned>(channel.get())};
  for (auto& listener : listeners_) {
    const bool is_secure = listener.listening.proto == "https";
    for (std::size_t i = index; i < listener.sockets.size(); i += slots_.size()) {
      keep.push_back(static_cast<unsigned>(listener.sockets[i].get()));
      sockets.push_back({std::move(listener.sockets[i]), is_secure});
    }
  }
  close_others(std::move(keep));
  const auto done = run_worker(settings_, std::move(sockets), std::move(channel));
  if (!done) log_alert("worker {}: {}", index, done.error().message);
  std::fflush(nullptr);
  ::_exit(
      static_cast<int>(done ? service::ExitCode::kOk : service::to_exit_code(done.error().code)));
}

void Master::wait_for_signals() {
  signals_.async_wait(boost::asio::posix::stream_descriptor::wait_read, [this](const auto& ec) {
    if (ec) return;
    on_signals();
    wait_for_signals();
  });
}

void Master::on_signals() {
  signalfd_siginfo info{};
  while (::read(signals_.native_handle(), &info, sizeof info) == sizeof info) {
    if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT) stop();
    if (info.ssi_signo == SIGUSR2) upgrade(own_program());
  }
  reap();  // SIGCHLD is not counted: look at all
}

void Master::reap() {
  for (auto& slot : slots_) {
    int status = 0;
    if (slot.pid != 0 && ::waitpid(slot.pid, &status, WNOHANG) == slot.pid) ended(slot, status);
  }
  reap_old();
}

// What it did is not lost with it.
void Master::count(Slot& slot) {
  read_reports(slot);
  add_sums(past_, slot.counters);
}

void Master::ended(Slot& slot, int status) {
  count(slot);
  const pid_t pid = slot.pid;
  slot.pid = 0;
  slot.channel.reset();
  slot.counters = nlohmann::json::object();
  if (is_stopping_) return;
  const MonotonicTime now = monotonic_now();
  slot.quick_ends = now - slot.started < kQuickEnd ? std::min(slot.quick_ends + 1, kMaxBackOff) : 0;
  const auto pause = std::chrono::seconds(slot.quick_ends < 2 ? 0 : 1 << (slot.quick_ends - 2));
  slot.start_at = now + pause;
  log_alert("worker {} {}; another starts in {} s", pid, end_text(status), pause.count());
  status_.event(event::kWorkerEnded, {{"pid", pid}, {"reason", end_text(status)}});
  if (is_replacing_ && !std::exchange(has_told_failure_, true)) {
    upgrade_failed(fmt::format("a new worker {}; the old ones serve on", end_text(status)));
  }
}

void Master::stop() {
  if (is_stopping_) return;
  is_stopping_ = true;
  kill_at_ = monotonic_now() + kStopTime + std::chrono::seconds(2);
  trial_.cancel();
  signal_workers(SIGTERM);
}

void Master::signal_workers(int signal) {
  for (const auto& slot : slots_) {
    if (slot.pid != 0) ::kill(slot.pid, signal);
  }
  for (const auto& slot : old_) ::kill(slot.pid, signal);
}

void Master::tick() {
  read_reports();
  replace_old();
  if (certificates_) certificates_->tick(monotonic_now(), wall_now());
  if (monotonic_now() >= kill_at_) signal_workers(SIGKILL);
  timer_.expires_after(kTick);
  timer_.async_wait([this](const auto& ec) {
    if (!ec) tick();
  });
}

void Master::read_reports() {
  for (auto& slot : slots_) read_reports(slot);
  for (auto& slot : old_) read_reports(slot);
}

void Master::read_reports(Slot& slot) {
  while (slot.channel) {
    const auto message = io::receive_message(slot.channel.get());
    if (!message) slot.channel.reset();
    if (!message || !*message) break;
    auto counters = nlohmann::json::parse((*message)->data, nullptr, false);
    if (!counters.is_object()) continue;
    slot.counters = std::move(counters);
    slot.has_reported = true;
  }
}

nlohmann::json Master::counters() {
  nlohmann::json sums = past_;
  nlohmann::json workers = nlohmann::json::array();
  std::uint64_t connections = 0;
  const auto add = [&](const Slot& slot) {
    if (slot.pid == 0) return;
    add_sums(sums, slot.counters);
    connections += slot.counters.value("connections", std::uint64_t{0});
    nlohmann::json worker = slot.counters;
    worker["pid"] = slot.pid;
    if (slot.is_draining) worker["draining"] = true;
    workers.push_back(std::move(worker));
  };
  for (const auto& slot : slots_) add(slot);
  for (const auto& slot : old_) add(slot);
  sums["connections"] = connections;
  sums["workers"] = std::move(workers);
  if (certificates_) sums["certificates"] = certificates_->state(wall_now());
  return sums;
}

}  // namespace flu::serve
