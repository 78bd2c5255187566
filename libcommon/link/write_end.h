#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <span>
#include <string>

#include "libcommon/base/result.h"
#include "libcommon/base/unique_fd.h"

namespace flu::link {

// A descriptor written to without ever blocking, and without touching the mode of a description
// that other processes share.
class WriteEnd {
 public:
  // Takes `fd` over. Pipes and terminals are opened again through /proc/self/fd for a description
  // of our own; sockets are written with MSG_DONTWAIT.
  WriteEnd(UniqueFd fd, std::string name);

  // How many bytes were taken; 0: none now. kCancelled: the reader has closed its end.
  Result<std::size_t> write(std::span<iovec> parts);

  // A regular file or /dev/null: always writable, and epoll refuses it.
  [[nodiscard]] bool is_file() const { return kind_ == Kind::kFile; }
  [[nodiscard]] int fd() const { return fd_.get(); }

  // The error of a reader that has closed its end.
  [[nodiscard]] Error reader_gone() const;

  // Asks the kernel for a pipe of this size; nothing happens where it refuses.
  void widen(int bytes) const;

  // Waits until something can be written or `timeout_ms` is over.
  void wait(int timeout_ms) const;

 private:
  enum class Kind {
    kFile,         // write() takes everything
    kNonBlocking,  // a description of our own, or one that came so
    kSocket,
    kShared,  // cannot be opened again: asked by poll, then written in pieces that never block
  };

  Result<std::size_t> write_shared(const iovec& part);

  UniqueFd fd_;
  std::string name_;
  Kind kind_ = Kind::kFile;
};

}  // namespace flu::link
