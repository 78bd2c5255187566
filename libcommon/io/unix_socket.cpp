#include "libcommon/io/unix_socket.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "libcommon/io/file.h"
#include "libcommon/io/system_error.h"

namespace flu::io {
namespace {

constexpr std::size_t kMaxFds = 64;

// The short name of a path, and the directory that must stay open while it is used.
struct ShortPath {
  UniqueFd directory;
  sockaddr_un address{};
};

Result<ShortPath> short_path(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  ShortPath out;
  FLU_TRY_ASSIGN(out.directory, open_file(folder, O_PATH | O_DIRECTORY));
  const std::string text = fmt::format("/proc/self/fd/{}/{}", out.directory.get(), name);
  if (text.size() >= sizeof out.address.sun_path) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("socket {}: name is too long", path));
  }
  out.address.sun_family = AF_UNIX;
  std::copy(text.begin(), text.end(), out.address.sun_path);
  return out;
}

Result<UniqueFd> make_socket(UnixType type) {
  const int kind = type == UnixType::kStream ? SOCK_STREAM : SOCK_SEQPACKET;
  UniqueFd fd(::socket(AF_UNIX, kind | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return fail_system("socket", "AF_UNIX", errno);
  return fd;
}

const sockaddr* generic(const sockaddr_un& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

}  // namespace

Result<UniqueFd> listen_unix(const std::string& path, UnixType type) {
  if (const auto other = connect_unix(path, type)) {
    return fail(ErrorCode::kUnavailable, fmt::format("listen {}: somebody listens there", path));
  }
  FLU_TRY_ASSIGN(ShortPath place, short_path(path));
  FLU_TRY_ASSIGN(UniqueFd fd, make_socket(type));
  ::unlink(path.c_str());
  if (::bind(fd.get(), generic(place.address), sizeof place.address) != 0) {
    return fail_system("bind", path, errno);
  }
  if (::chmod(path.c_str(), 0660) != 0) return fail_system("chmod", path, errno);
  if (::listen(fd.get(), 128) != 0) return fail_system("listen", path, errno);
  return fd;
}

Result<UniqueFd> connect_unix(const std::string& path, UnixType type) {
  FLU_TRY_ASSIGN(ShortPath place, short_path(path));
  FLU_TRY_ASSIGN(UniqueFd fd, make_socket(type));
  if (::connect(fd.get(), generic(place.address), sizeof place.address) != 0) {
    return fail_system("connect", path, errno);
  }
  return fd;
}

Result<std::optional<UniqueFd>> accept_unix(int listener) {
  UniqueFd fd(::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!fd) {
    if (errno == EAGAIN || errno == EINTR || errno == ECONNABORTED) return std::nullopt;
    return fail_system("accept", "unix socket", errno);
  }
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(fd.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
    return fail_system("getsockopt", "SO_PEERCRED", errno);
  }
  if (peer.uid != 0 && peer.uid != ::geteuid()) return std::nullopt;
  return fd;
}

Result<bool> send_message(int socket, Bytes data, const std::vector<int>& fds) {
  if (fds.size() > kMaxFds) {
    return fail(ErrorCode::kLimitExceeded, "send: too many descriptors in one message");
  }
  iovec part{const_cast<std::uint8_t*>(data.data()), data.size()};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * kMaxFds)> control{};
  if (!fds.empty()) {
    header.msg_control = control.data();
    header.msg_controllen = CMSG_SPACE(sizeof(int) * fds.size());
    cmsghdr* rights = CMSG_FIRSTHDR(&header);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof(int) * fds.size());
    std::memcpy(CMSG_DATA(rights), fds.data(), sizeof(int) * fds.size());
  }
  while (::sendmsg(socket, &header, MSG_NOSIGNAL) < 0) {
    if (errno == EAGAIN) return false;
    if (errno != EINTR) return fail_system("send", "message", errno);
  }
  return true;
}

Result<std::optional<Message>> receive_message(int socket, std::size_t max_bytes) {
  // As long as the message that waits, not as the longest that might.
  std::uint8_t first = 0;
  const ssize_t waiting = ::recv(socket, &first, sizeof first, MSG_PEEK | MSG_TRUNC);
  if (waiting < 0) {
    if (errno == EAGAIN || errno == EINTR) return std::nullopt;
    return fail_system("receive", "message", errno);
  }
  return receive_bytes(socket, std::min(static_cast<std::size_t>(waiting), max_bytes));
}

Result<std::optional<Message>> receive_bytes(int socket, std::size_t max_bytes) {
  Message message;
  message.data.resize(max_bytes);
  iovec part{message.data.data(), message.data.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * kMaxFds)> control{};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control.data();
  header.msg_controllen = control.size();
  const ssize_t got = ::recvmsg(socket, &header, MSG_CMSG_CLOEXEC);
  if (got < 0) {
    if (errno == EAGAIN || errno == EINTR) return std::nullopt;
    return fail_system("receive", "message", errno);
  }
  for (cmsghdr* part_of = CMSG_FIRSTHDR(&header); part_of != nullptr;
       part_of = CMSG_NXTHDR(&header, part_of)) {
    if (part_of->cmsg_level != SOL_SOCKET || part_of->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (part_of->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(part_of) + i * sizeof(int), sizeof fd);
      message.fds.emplace_back(fd);
    }
  }
  if (got == 0) return fail(ErrorCode::kUnavailable, "receive: the other side closed");
  if ((header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0) {
    return fail(ErrorCode::kLimitExceeded,
                fmt::format("receive: a message larger than {} bytes", max_bytes));
  }
  message.data.resize(static_cast<std::size_t>(got));
  return message;
}

}  // namespace flu::io
