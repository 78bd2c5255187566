// Tested by tests/e2e/ingest/tshttps-openssl.sh

#include "tools/ingest/tls_process.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "libcommon/base/text.h"
#include "libcommon/io/system_error.h"

namespace flu::ingest {
namespace {

constexpr std::size_t kMaxReason = 2'000;

Result<std::string> program_beside_us() {
  std::array<char, PATH_MAX> path{};
  const ssize_t size = ::readlink("/proc/self/exe", path.data(), path.size());
  if (size <= 0) return io::fail_system("readlink", "/proc/self/exe", errno);
  std::string out(path.data(), static_cast<std::size_t>(size));
  out.replace(out.rfind('/') + 1, std::string::npos, "flu-tls");
  if (::access(out.c_str(), X_OK) != 0) return io::fail_system("start", out, errno);
  return out;
}

// In the child, between fork and exec: only what is safe there.
[[noreturn]] void become(const std::vector<char*>& arguments, int socket, int errors,
                         pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(0);  // it died before that
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  // dup2 leaves the copies open over exec.
  if (::dup2(socket, STDIN_FILENO) >= 0 && ::dup2(socket, STDOUT_FILENO) >= 0 &&
      ::dup2(errors, STDERR_FILENO) >= 0) {
    ::execv(arguments[0], arguments.data());
  }
  ::_exit(127);
}

}  // namespace

Result<TlsProcess> TlsProcess::start(const HostPort& peer, const std::string& ca) {
  FLU_TRY_ASSIGN(const std::string program, program_beside_us());
  std::vector<std::string> words{program};
  if (!ca.empty()) words.insert(words.end(), {"--ca", ca});
  words.push_back(peer.to_text());
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);

  TlsProcess out;
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return io::fail_system("start", program, errno);
  }
  out.socket_.reset(ends[0]);
  const UniqueFd theirs(ends[1]);
  // Ours alone: theirs is a plain blocking descriptor, as of any pipeline.
  ::fcntl(out.socket_.get(), F_SETFL, O_NONBLOCK);
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return io::fail_system("start", program, errno);
  out.errors_.reset(ends[0]);
  const UniqueFd their_errors(ends[1]);
  ::fcntl(out.errors_.get(), F_SETFL, O_NONBLOCK);

  const pid_t parent = ::getpid();
  out.pid_ = ::fork();
  if (out.pid_ < 0) return io::fail_system("start", program, errno);
  if (out.pid_ == 0) become(arguments, theirs.get(), their_errors.get(), parent);
  return out;
}

TlsProcess::TlsProcess(TlsProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      socket_(std::move(other.socket_)),
      errors_(std::move(other.errors_)) {}

TlsProcess& TlsProcess::operator=(TlsProcess&& other) noexcept {
  if (this == &other) return *this;
  end();
  pid_ = std::exchange(other.pid_, -1);
  socket_ = std::move(other.socket_);
  errors_ = std::move(other.errors_);
  return *this;
}

TlsProcess::~TlsProcess() {
  end();
}

void TlsProcess::end() {
  if (pid_ < 0) return;
  // It holds nothing that could be lost.
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
}

std::string TlsProcess::reason() const {
  std::string text(kMaxReason, '\0');
  const ssize_t got = ::read(errors_.get(), text.data(), text.size());
  if (got <= 0) return {};
  text.resize(static_cast<std::size_t>(got));
  while (!text.empty() && text.back() == '\n') text.pop_back();
  // Its last line says why; "flu-tls: " is of no use to who did not start it.
  text.erase(0, text.rfind('\n') + 1);
  constexpr std::string_view kOwnName = "flu-tls: ";
  if (text.rfind(kOwnName, 0) == 0) text.erase(0, kOwnName.size());
  return printable(text);
}

}  // namespace flu::ingest
