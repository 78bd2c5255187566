#include "libcommon/link/write_end.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

#include <fmt/format.h>

#include "libcommon/io/system_error.h"

namespace flu::link {

WriteEnd::WriteEnd(UniqueFd fd, std::string name) : fd_(std::move(fd)), name_(std::move(name)) {
  struct stat status {};
  if (::fstat(fd_.get(), &status) != 0) return;  // the first write says what is wrong
  if (S_ISSOCK(status.st_mode)) {
    kind_ = Kind::kSocket;
    return;
  }
  const bool is_terminal = S_ISCHR(status.st_mode) && ::isatty(fd_.get()) == 1;
  if (!S_ISFIFO(status.st_mode) && !is_terminal) return;
  const int mode = ::fcntl(fd_.get(), F_GETFL);
  if (mode >= 0 && (mode & O_NONBLOCK) != 0) {
    kind_ = Kind::kNonBlocking;
    return;
  }
  // Refused for a pipe of another user, or one whose reader has already gone.
  UniqueFd own(::open(fmt::format("/proc/self/fd/{}", fd_.get()).c_str(),
                      O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  kind_ = own ? Kind::kNonBlocking : Kind::kShared;
  if (own) fd_ = std::move(own);
}

Result<std::size_t> WriteEnd::write(std::span<iovec> parts) {
  while (true) {
    ssize_t count = 0;
    if (kind_ == Kind::kShared) return write_shared(parts.front());
    if (kind_ == Kind::kSocket) {
      msghdr message{};
      message.msg_iov = parts.data();
      message.msg_iovlen = parts.size();
      count = ::sendmsg(fd_.get(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    } else {
      count = ::writev(fd_.get(), parts.data(), static_cast<int>(parts.size()));
    }
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno == EINTR) continue;
    if (errno == EAGAIN || errno == EWOULDBLOCK) return std::size_t{0};
    if (errno == EPIPE || errno == ECONNRESET) {
      return tl::unexpected<Error>(reader_gone());
    }
    return io::fail_system("write", name_, errno);
  }
}

Result<std::size_t> WriteEnd::write_shared(const iovec& part) {
  pollfd ready{fd_.get(), POLLOUT, 0};
  if (::poll(&ready, 1, 0) <= 0) return std::size_t{0};
  if ((ready.revents & POLLERR) != 0) {
    return tl::unexpected<Error>(reader_gone());
  }
  // pipe(7): writable means room for PIPE_BUF bytes, and so few are written at once.
  const ssize_t count =
      ::write(fd_.get(), part.iov_base, std::min<std::size_t>(part.iov_len, PIPE_BUF));
  if (count >= 0) return static_cast<std::size_t>(count);
  if (errno == EINTR || errno == EAGAIN) return std::size_t{0};
  if (errno == EPIPE) {
    return tl::unexpected<Error>(reader_gone());
  }
  return io::fail_system("write", name_, errno);
}

Error WriteEnd::reader_gone() const {
  return {ErrorCode::kCancelled, fmt::format("{}: closed by its reader", name_)};
}

void WriteEnd::widen(int bytes) const {
  if (kind_ != Kind::kFile && kind_ != Kind::kSocket) ::fcntl(fd_.get(), F_SETPIPE_SZ, bytes);
}

void WriteEnd::wait(int timeout_ms) const {
  pollfd ready{fd_.get(), POLLOUT, 0};
  ::poll(&ready, 1, timeout_ms);
}

}  // namespace flu::link
