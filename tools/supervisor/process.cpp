// Tested by tests/e2e/supervisor/adopt.sh
#include "tools/supervisor/process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstring>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "libcommon/base/log.h"
#include "libcommon/io/system_error.h"
#include "libcommon/service/exit_code.h"

namespace flu::supervisor {
namespace {

// By number, since glibc 2.36's <sys/pidfd.h> forgets that C++ includes it too.
int open_pidfd(pid_t pid) {
  return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
}

// The attributes of posix_spawn, freed on every way out.
class SpawnSettings {
 public:
  SpawnSettings() {
    ::posix_spawnattr_init(&attributes_);
    ::posix_spawn_file_actions_init(&actions_);
  }
  ~SpawnSettings() {
    ::posix_spawnattr_destroy(&attributes_);
    ::posix_spawn_file_actions_destroy(&actions_);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;

  void prepare() {
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    ::posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  }

  [[nodiscard]] const posix_spawnattr_t* attributes() const { return &attributes_; }
  [[nodiscard]] const posix_spawn_file_actions_t* actions() const { return &actions_; }

 private:
  posix_spawnattr_t attributes_{};
  posix_spawn_file_actions_t actions_{};
};

std::vector<char*> pointers_to(std::vector<std::string>& words) {
  std::vector<char*> out;
  out.reserve(words.size() + 1);
  for (std::string& word : words) out.push_back(word.data());
  out.push_back(nullptr);
  return out;
}

// Ours, and what is added in place of what has the same name.
std::vector<std::string> merged_environment(const std::vector<std::string>& added) {
  std::vector<std::string> out = added;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::string_view name = text.substr(0, text.find('=') + 1);
    bool is_replaced = name == "NOTIFY_SOCKET=";  // systemd's, for us alone
    for (const std::string& other : added) {
      is_replaced = is_replaced || std::string_view(other).substr(0, name.size()) == name;
    }
    if (!is_replaced) out.emplace_back(text);
  }
  return out;
}

// After its start, since posix_spawn has no way to set it: long before it can have used as much.
void limit_memory(pid_t pid, std::uint64_t bytes) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  // The shadow memory of a sanitizer would count.
  (void)pid;
  (void)bytes;
#else
  if (bytes == 0) return;
  const rlimit limit{bytes, bytes};
  if (::prlimit(pid, RLIMIT_DATA, &limit, nullptr) != 0) {
    log_info("process {}: its memory is not limited: {}", pid, std::strerror(errno));
  }
#endif
}

}  // namespace

Result<Process> Process::attach(const service::ProcessIdentity& identity) {
  UniqueFd descriptor(open_pidfd(identity.pid));
  if (!descriptor) {
    return fail(ErrorCode::kNotFound, fmt::format("process {}: there is none", identity.pid));
  }
  // Asked after the descriptor is held: from here on the id cannot become another's.
  FLU_TRY_ASSIGN(const auto found, service::identify_process(identity.pid));
  if (found != identity) {
    return fail(ErrorCode::kNotFound,
                fmt::format("process {}: its id belongs to another by now", identity.pid));
  }
  return Process(identity, std::move(descriptor), false);
}

void Process::send_signal(int signal) const {
  // It may be gone already, which its descriptor tells.
  [[maybe_unused]] const long done =
      ::syscall(SYS_pidfd_send_signal, descriptor_.get(), signal, nullptr, 0);
}

std::optional<Ending> Process::take_ending() const {
  if (!is_child_) {
    Ending ending;
    ending.code = static_cast<int>(service::ExitCode::kUnavailable);
    return ending;
  }
  siginfo_t info{};
  if (::waitid(P_PIDFD, static_cast<id_t>(descriptor_.get()), &info, WEXITED | WNOHANG) != 0 ||
      info.si_pid == 0) {
    return std::nullopt;
  }
  Ending ending;
  (info.si_code == CLD_EXITED ? ending.code : ending.signal) = info.si_status;
  return ending;
}

std::string Spawner::path_of(const std::string& name) const {
  std::string beside = fmt::format("{}/{}", program_dir_, name);
  return ::access(beside.c_str(), X_OK) == 0 ? beside : name;
}

Result<Process> Spawner::start(const std::vector<std::string>& command,
                               const std::vector<std::string>& environment,
                               std::uint64_t memory_limit) const {
  const std::string& name = command.front();
  const std::string beside = path_of(name);
  const bool is_beside = beside != name;
  SpawnSettings settings;
  settings.prepare();
  std::vector<std::string> arguments = command;
  std::vector<std::string> variables = merged_environment(environment);
  const auto argv = pointers_to(arguments);
  const auto envp = pointers_to(variables);
  pid_t pid = 0;
  const int error = is_beside ? ::posix_spawn(&pid, beside.c_str(), settings.actions(),
                                              settings.attributes(), argv.data(), envp.data())
                              : ::posix_spawnp(&pid, name.c_str(), settings.actions(),
                                               settings.attributes(), argv.data(), envp.data());
  if (error != 0) return io::fail_system("start", is_beside ? beside : name, error);
  // Our child: its id is not free before we have waited for it.
  UniqueFd descriptor(open_pidfd(pid));
  if (!descriptor) {
    const int why = errno;
    ::kill(pid, SIGKILL);
    return io::fail_system("pidfd_open", name, why);
  }
  limit_memory(pid, memory_limit);
  const auto identity = service::identify_process(pid);
  return Process(identity.value_or(service::ProcessIdentity{pid, 0}), std::move(descriptor), true);
}

std::string own_folder() {
  std::array<char, PATH_MAX> path{};
  const ssize_t size = ::readlink("/proc/self/exe", path.data(), path.size());
  if (size <= 0) return ".";
  const std::string_view text(path.data(), static_cast<std::size_t>(size));
  return std::string(text.substr(0, text.rfind('/')));
}

}  // namespace flu::supervisor
