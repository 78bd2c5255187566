// Tested by tests/e2e/ctl/commands.sh
#include "tools/ctl/launcher.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <climits>
#include <csignal>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "libcommon/base/bytes.h"
#include "libcommon/base/unique_fd.h"
#include "libcommon/io/file.h"
#include "libcommon/io/system_error.h"
#include "libcommon/service/state_dir.h"

namespace flu::ctl {
namespace {

constexpr int kReadyFd = 3;
constexpr auto kStartTime = std::chrono::seconds(30);
constexpr std::size_t kMaxTail = 4000;

// Beside this program, else along $PATH.
std::string supervisor_program() {
  std::array<char, PATH_MAX> path{};
  const ssize_t size = ::readlink("/proc/self/exe", path.data(), path.size());
  if (size > 0) {
    const std::string_view own(path.data(), static_cast<std::size_t>(size));
    std::string beside = fmt::format("{}/flu-supervisor", own.substr(0, own.rfind('/')));
    if (::access(beside.c_str(), X_OK) == 0) return beside;
  }
  return "flu-supervisor";
}

std::vector<std::string> command_line(const Request& request, const std::string& config) {
  std::vector<std::string> out{"flu-supervisor", "--config", config, "--ready-fd",
                               fmt::format("{}", kReadyFd)};
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) out.insert(out.end(), {name, value});
  };
  add("--run-dir", request.common.run_dir);
  add("--state-dir", request.common.state_dir);
  add("--log-level", request.common.log_level);
  return out;
}

struct Pipe {
  UniqueFd reader;
  UniqueFd writer;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return io::fail_system("pipe", "ready", errno);
  return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

Result<pid_t> spawn(std::vector<std::string> words, int ready, int log) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t all;
  sigfillset(&all);
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawnattr_init(&attributes);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF);
  ::posix_spawnattr_setsigdefault(&attributes, &all);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, log, STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, log, STDERR_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, ready, kReadyFd);
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const std::string program = supervisor_program();
  pid_t pid = 0;
  const int error =
      ::posix_spawnp(&pid, program.c_str(), &actions, &attributes, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  ::posix_spawnattr_destroy(&attributes);
  if (error != 0) return io::fail_system("start", program, error);
  return pid;
}

// What was written to the log since `from`.
std::string tail_of(const std::string& log, std::uint64_t from) {
  const auto file = io::open_file(log, O_RDONLY);
  if (!file) return "";
  const auto text = io::pread_up_to(file->get(), kMaxTail, from, log);
  return text ? std::string(as_text(*text)) : "";
}

Error ended_early(pid_t pid, const std::string& said) {
  int ending = 0;
  ::waitpid(pid, &ending, 0);
  const bool is_usage = WIFEXITED(ending) && WEXITSTATUS(ending) == 2;
  std::string why = said.empty() ? "it said nothing" : said;
  while (!why.empty() && why.back() == '\n') why.pop_back();
  return Error{is_usage ? ErrorCode::kInvalidArgument : ErrorCode::kUnavailable,
               "the server ended at once:\n" + why};
}

}  // namespace

Result<std::string> log_path(const Request& request) {
  if (!request.options.log.empty()) return request.options.log;
  if (::access("/var/log/flu", W_OK | X_OK) == 0) return "/var/log/flu/flu-supervisor.log";
  const std::string folder = service::find_state_dir(request.common);
  if (folder.empty()) {
    return fail(ErrorCode::kInvalidArgument, "no place for the log is known: name one with --log");
  }
  FLU_TRY(io::make_directories(folder));
  return folder + "/flu-supervisor.log";
}

Result<Launched> launch_supervisor(const Request& request, const std::string& config) {
  FLU_TRY_ASSIGN(const std::string path, log_path(request));
  FLU_TRY_ASSIGN(const UniqueFd log, io::open_file(path, O_WRONLY | O_CREAT | O_APPEND));
  const off_t end = ::lseek(log.get(), 0, SEEK_END);
  FLU_TRY_ASSIGN(Pipe ready, make_pipe());
  FLU_TRY_ASSIGN(const pid_t pid,
                 spawn(command_line(request, config), ready.writer.get(), log.get()));
  ready.writer.reset();
  pollfd waiting{ready.reader.get(), POLLIN, 0};
  const auto patience = std::chrono::milliseconds(kStartTime).count();
  if (::poll(&waiting, 1, static_cast<int>(patience)) <= 0) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("process {} did not become ready; its log is {}", pid, path));
  }
  char byte = 0;
  if (::read(ready.reader.get(), &byte, 1) <= 0) {
    return tl::unexpected<Error>(ended_early(pid, tail_of(path, static_cast<std::uint64_t>(end))));
  }
  return Launched{pid, path};
}

}  // namespace flu::ctl
