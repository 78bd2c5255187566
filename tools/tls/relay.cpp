// Tested by tests/e2e/tls/relay-openssl.sh

#include "tools/tls/relay.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "libcommon/io/system_error.h"

namespace flu::tls {
namespace {

using Step = io::TlsClient::Step;

// A TLS record holds up to 16 KiB (RFC 8446 5.1).
constexpr std::size_t kBufferBytes = std::size_t{16} << 10;
// As much as a pipe that is ready takes without blocking (PIPE_BUF).
constexpr std::size_t kPipeBytes = 4096;

bool is_socket(int fd) {
  struct stat status {};
  return ::fstat(fd, &status) == 0 && S_ISSOCK(status.st_mode);
}

// One direction: bytes that were read and are still to be written.
struct Pending {
  std::array<std::uint8_t, kBufferBytes> bytes{};
  std::size_t begin = 0;
  std::size_t end = 0;

  [[nodiscard]] bool empty() const { return begin == end; }
  [[nodiscard]] Bytes rest() const { return Bytes(bytes).subspan(begin, end - begin); }
};

class Relay {
 public:
  explicit Relay(io::TlsClient& client) : client_(client) {}

  Result<> run() {
    while (true) {
      FLU_TRY(from_peer());
      FLU_TRY(to_peer());
      if (is_peer_ended_ && down_.empty()) return {};
      FLU_TRY(wait());
      if (is_reader_gone_) return {};
    }
  }

 private:
  Result<> from_peer() {
    is_read_blocked_ = false;
    wants_write_ = false;
    if (!down_.empty() || is_peer_ended_) return {};
    std::size_t got = 0;
    FLU_TRY_ASSIGN(const Step step, client_.read(down_.bytes.data(), down_.bytes.size(), got));
    down_.begin = 0;
    down_.end = got;
    is_peer_ended_ = step == Step::kEnd;
    is_read_blocked_ = step == Step::kWantRead;
    wants_write_ = step == Step::kWantWrite;
    return {};
  }

  Result<> to_peer() {
    if (up_.empty() || is_peer_ended_) return {};
    std::size_t taken = 0;
    FLU_TRY_ASSIGN(const Step step, client_.write(up_.rest(), taken));
    up_.begin += taken;
    if (step == Step::kWantWrite) wants_write_ = true;
    return {};
  }

  // Until something can be done.
  Result<> wait() {
    const bool wants_input = is_input_open_ && up_.empty();
    std::array<pollfd, 3> fds{};
    fds[0] = {client_.fd(),
              static_cast<short>((is_read_blocked_ ? POLLIN : 0) | (wants_write_ ? POLLOUT : 0)),
              0};
    fds[1] = {wants_input ? STDIN_FILENO : -1, POLLIN, 0};
    fds[2] = {STDOUT_FILENO, static_cast<short>(down_.empty() ? 0 : POLLOUT), 0};
    // A peer that is done says so in every poll: it is not asked.
    if (fds[0].events == 0) fds[0].fd = -1;
    const bool can_go_on = !up_.empty() && !wants_write_ && !is_peer_ended_;
    if (::poll(fds.data(), fds.size(), can_go_on ? 0 : -1) < 0) {
      if (errno == EINTR) return {};
      return io::fail_system("wait", "for the peer", errno);
    }
    if ((fds[2].revents & (POLLERR | POLLHUP)) != 0) is_reader_gone_ = true;
    if (fds[1].revents != 0) FLU_TRY(read_input());
    if (!is_reader_gone_ && (fds[2].revents & POLLOUT) != 0) FLU_TRY(write_output());
    return {};
  }

  Result<> read_input() {
    const ssize_t got = ::read(STDIN_FILENO, up_.bytes.data(), up_.bytes.size());
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) return {};
    if (got < 0) return io::fail_system("read", "standard input", errno);
    up_.begin = 0;
    up_.end = static_cast<std::size_t>(got);
    if (got == 0) is_input_open_ = false;
    return {};
  }

  Result<> write_output() {
    const Bytes rest = down_.rest();
    const ssize_t written =
        is_output_socket_
            ? ::send(STDOUT_FILENO, rest.data(), rest.size(), MSG_DONTWAIT | MSG_NOSIGNAL)
            : ::write(STDOUT_FILENO, rest.data(), std::min(rest.size(), kPipeBytes));
    if (written >= 0) {
      down_.begin += static_cast<std::size_t>(written);
    } else if (errno == EPIPE || errno == ECONNRESET) {
      is_reader_gone_ = true;
    } else if (errno != EINTR && errno != EAGAIN) {
      return io::fail_system("write", "standard output", errno);
    }
    return {};
  }

  io::TlsClient& client_;
  const bool is_output_socket_ = is_socket(STDOUT_FILENO);
  Pending up_;
  Pending down_;
  bool is_input_open_ = true;
  bool is_peer_ended_ = false;
  bool is_reader_gone_ = false;
  bool is_read_blocked_ = false;
  bool wants_write_ = false;
};

}  // namespace

Result<> relay(io::TlsClient& client) {
  return Relay(client).run();
}

}  // namespace flu::tls
