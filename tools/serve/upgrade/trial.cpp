// Tested by tests/e2e/serve/upgrade-curl.sh
#include "tools/serve/upgrade/trial.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "libcommon/base/text.h"
#include "libcommon/io/system_error.h"
#include "tools/serve/upgrade/handover.h"

namespace flu::serve {
namespace {

constexpr const char* kTrialVariable = "FLU_SERVE_TRIAL";
constexpr std::string_view kPassed = "\x01 flu-serve passed\n";
constexpr auto kPatience = std::chrono::seconds(15);
constexpr auto kLook = std::chrono::milliseconds(20);
constexpr std::size_t kMaxSaid = 16 << 10;
constexpr std::size_t kMaxReason = 400;

// Said to whoever waited for this start, not for the next program's.
void drop_ready_fd(std::vector<std::string>& arguments) {
  for (std::size_t i = 0; i < arguments.size();) {
    const bool is_it = arguments[i] == "--ready-fd";
    if (!is_it && arguments[i].rfind("--ready-fd=", 0) != 0) {
      ++i;
      continue;
    }
    const auto first = arguments.begin() + static_cast<std::ptrdiff_t>(i);
    arguments.erase(first, is_it && i + 1 < arguments.size() ? first + 2 : first + 1);
  }
}

std::string last_line(std::string_view text) {
  while (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  const auto begin = text.rfind('\n');
  if (begin != std::string_view::npos) text.remove_prefix(begin + 1);
  return printable(text.substr(0, kMaxReason));
}

[[noreturn]] void become(const NextProgram& program, const std::vector<int>& inherited,
                         int handover, int output) {
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  keep_over_exec(inherited, true);
  ::dup2(output, STDERR_FILENO);
  ::setenv(kHandoverVariable, std::to_string(handover).c_str(), 1);
  ::setenv(kTrialVariable, "1", 1);
  ::unsetenv("FLU_UNIT");  // the supervisor knows one process of that name
  execute(program);
  fmt::print(stderr, "start {}: {}\n", program.path, std::strerror(errno));
  ::_exit(127);
}

}  // namespace

NextProgram own_program() {
  NextProgram out;
  std::ifstream file("/proc/self/cmdline", std::ios::binary);
  const std::string words((std::istreambuf_iterator<char>(file)), {});
  for (std::size_t from = 0; from < words.size();) {
    const std::size_t end = std::min(words.find('\0', from), words.size());
    out.arguments.push_back(words.substr(from, end - from));
    from = end + 1;
  }
  drop_ready_fd(out.arguments);
  if (!out.arguments.empty()) out.path = out.arguments.front();
  return out;
}

void execute(const NextProgram& program) {
  if (!program.plan_hash.empty()) ::setenv("FLU_PLAN_HASH", program.plan_hash.c_str(), 1);
  std::vector<std::string> words = program.arguments;
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  ::execvp(program.path.c_str(), argv.data());
}

Result<void> Trial::start(const NextProgram& program, const std::vector<int>& inherited,
                          int handover, Done done) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return io::fail_system("pipe", "trial", errno);
  UniqueFd ours(ends[0]);
  const UniqueFd theirs(ends[1]);
  std::fflush(nullptr);
  const pid_t pid = ::fork();
  if (pid < 0) return io::fail_system("fork", "trial", errno);
  if (pid == 0) become(program, inherited, handover, theirs.get());
  pid_ = pid;
  said_.clear();
  done_ = std::move(done);
  deadline_ = monotonic_now() + kPatience;
  ::fcntl(ours.get(), F_SETFL, O_NONBLOCK);
  pipe_.assign(ours.release());
  read();
  reap();
  return {};
}

void Trial::cancel() {
  if (pid_ == 0) return;
  done_ = nullptr;
  deadline_ = {};
  reap();
}

void Trial::read() {
  pipe_.async_wait(boost::asio::posix::stream_descriptor::wait_read, [this](const auto& ec) {
    if (ec) return;
    std::array<char, 4096> bytes;
    ssize_t got = 0;
    while ((got = ::read(pipe_.native_handle(), bytes.data(), bytes.size())) > 0) {
      said_.append(bytes.data(), static_cast<std::size_t>(got));
      if (said_.size() > kMaxSaid) said_.erase(0, said_.size() - kMaxSaid);
    }
    if (got < 0 && errno == EAGAIN) read();
  });
}

void Trial::reap() {
  const bool is_late = monotonic_now() >= deadline_;
  if (is_late) ::kill(pid_, SIGKILL);
  int status = 0;
  if (::waitpid(pid_, &status, is_late ? 0 : WNOHANG) == pid_) return finish(status);
  timer_.expires_after(kLook);
  timer_.async_wait([this](const auto& ec) {
    if (!ec) reap();
  });
}

void Trial::finish(int status) {
  const bool is_late = monotonic_now() >= deadline_;
  // What it said last may not have been read yet.
  std::array<char, 4096> rest;
  const ssize_t got = ::read(pipe_.native_handle(), rest.data(), rest.size());
  if (got > 0) said_.append(rest.data(), static_cast<std::size_t>(got));
  boost::system::error_code ignored;
  pipe_.close(ignored);
  pid_ = 0;
  const bool is_fit =
      WIFEXITED(status) && WEXITSTATUS(status) == 0 && said_.find(kPassed) != std::string::npos;
  std::string trouble;
  if (is_late) {
    trouble = fmt::format("was not ready within {} s", kPatience.count());
  } else if (!is_fit) {
    trouble = WIFSIGNALED(status) ? fmt::format("killed by signal {}", WTERMSIG(status))
                                  : fmt::format("ended with code {}", WEXITSTATUS(status));
    if (const std::string line = last_line(said_); !line.empty()) trouble += ": " + line;
  }
  if (const Done done = std::exchange(done_, nullptr)) done(trouble);
}

bool is_trial() {
  const bool is_one = std::getenv(kTrialVariable) != nullptr;
  ::unsetenv(kTrialVariable);
  return is_one;
}

void pass_trial() {
  std::fflush(nullptr);
  [[maybe_unused]] const ssize_t done = ::write(STDERR_FILENO, kPassed.data(), kPassed.size());
}

}  // namespace flu::serve
