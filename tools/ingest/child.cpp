// Tested by tests/unit/ingest/child_test.cpp
#include "tools/ingest/child.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <utility>

#include <fmt/format.h>

#include "libcommon/io/system_error.h"

namespace flu::ingest {
namespace {

struct Pipe {
  UniqueFd read;
  UniqueFd write;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    return tl::unexpected(io::system_error("make", "a pipe", errno));
  Pipe out{UniqueFd(ends[0]), UniqueFd(ends[1])};
  // The mode belongs to the description: only this end does not wait.
  (void)::fcntl(out.read.get(), F_SETFL, O_NONBLOCK);
  return out;
}

// In the child, up to exec: nothing but system calls.
[[noreturn]] void become(char* const* arguments, int output, int errors,
                         const Child::Descriptors& fds, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  if (::getppid() != parent) ::_exit(127);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGINT, SIG_DFL);
  ::signal(SIGTERM, SIG_DFL);
  const int input = fds.socket >= 0 ? fds.socket : ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (fds.socket >= 0) output = fds.socket;
  // Above what is replaced below, so that none of them is closed by it.
  const int keep = fds.given < 0 ? -1 : ::fcntl(fds.given, F_DUPFD_CLOEXEC, 10);
  const bool is_ready = ::dup2(input, STDIN_FILENO) >= 0 && ::dup2(output, STDOUT_FILENO) >= 0 &&
                        ::dup2(errors, STDERR_FILENO) >= 0 &&
                        (fds.given < 0 || ::dup2(keep, Child::kGivenFd) >= 0);
  if (is_ready) ::execv(arguments[0], arguments);
  static constexpr char kFailed[] = "flu-ingest: the program cannot be started\n";
  [[maybe_unused]] const auto written = ::write(errors, kFailed, sizeof kFailed - 1);
  ::_exit(127);
}

}  // namespace

Result<Child> Child::start(const std::vector<std::string>& command, const Descriptors& fds) {
  FLU_TRY_ASSIGN(Pipe output, make_pipe());
  FLU_TRY_ASSIGN(Pipe errors, make_pipe());
  std::vector<std::string> words = command;
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  // Out of the way of 0 to 2, where this process has closed one of them.
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) return tl::unexpected(io::system_error("start", command.front(), errno));
  if (pid == 0) {
    become(arguments.data(), output.write.get(), errors.write.get(), fds, parent);
  }
  Child child;
  child.pid_ = pid;
  child.output_ = std::move(output.read);
  child.errors_ = std::move(errors.read);
  child.pidfd_.reset(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!child.pidfd_) return tl::unexpected(io::system_error("watch", command.front(), errno));
  return child;
}

Child::Child(Child&& other) noexcept {
  *this = std::move(other);
}

Child& Child::operator=(Child&& other) noexcept {
  if (this == &other) return *this;
  end();
  pid_ = std::exchange(other.pid_, -1);
  pidfd_ = std::move(other.pidfd_);
  output_ = std::move(other.output_);
  errors_ = std::move(other.errors_);
  return *this;
}

Child::~Child() {
  end();
}

void Child::end() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  (void)wait();
}

int Child::wait() {
  int status = 0;
  while (pid_ >= 0 && ::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  return status;
}

Result<std::string> find_program(const std::string& name) {
  std::array<char, PATH_MAX> self{};
  const ssize_t size = ::readlink("/proc/self/exe", self.data(), self.size());
  if (size <= 0) return tl::unexpected(io::system_error("read", "/proc/self/exe", errno));
  std::string path(self.data(), static_cast<std::size_t>(size));
  path.resize(path.rfind('/') + 1);
  path += name;
  if (::access(path.c_str(), X_OK) != 0) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("{} is needed for it, and is not there", path));
  }
  return path;
}

}  // namespace flu::ingest
