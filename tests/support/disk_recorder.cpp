#include "tests/support/disk_recorder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tests/support/disk_rules.h"

namespace flu::disk {
namespace {

struct Root {
  bool is_active = false;
  dev_t device = 0;
  char path[PATH_MAX + 1] = "";
  std::size_t size = 0;
};
Root root;

// dlsym and the C library's own calls would be too early inside of a sanitizer's start.
template <typename... Arguments>
long raw(long number, Arguments... arguments) {
  return ::syscall(number, arguments...);
}

int open_raw(int folder, const char* path, int flags) {
  return static_cast<int>(raw(SYS_openat, folder, path, flags | O_CLOEXEC, 0600));
}

// What the kernel calls it; 0 when it says nothing.
std::size_t real_path_of(int fd, char* out) {
  std::array<char, 32> link{};
  std::snprintf(link.data(), link.size(), "/proc/self/fd/%d", fd);
  const long size = raw(SYS_readlinkat, AT_FDCWD, link.data(), out, PATH_MAX);
  if (size <= 0) return 0;
  out[size] = 0;
  return static_cast<std::size_t>(size);
}

// Cuts the root off `text`; false when it is elsewhere.
bool cut_root(char* text, std::size_t size) {
  if (size < root.size || std::memcmp(text, root.path, root.size) != 0) return false;
  if (size > root.size && text[root.size] != '/') return false;
  const std::size_t skip = std::min(size, root.size + 1);
  std::memmove(text, text + skip, size - skip + 1);
  return true;
}

void take_status(const struct stat& status, Place& out) {
  out.is_there = true;
  out.inode = status.st_ino;
  out.mode = status.st_mode;
  out.size = status.st_size;
}

std::uint64_t count_entries(int folder) {
  alignas(8) std::array<char, 4096> buffer{};
  std::uint64_t count = 0;
  for (;;) {
    const long size = raw(SYS_getdents64, folder, buffer.data(), buffer.size());
    if (size <= 0) return count - std::min<std::uint64_t>(count, 2);  // . and ..
    for (long at = 0; at < size; ++count) {
      std::uint16_t length = 0;
      std::memcpy(&length, buffer.data() + at + 16, sizeof length);  // d_reclen
      at += length;
    }
  }
}

__attribute__((constructor)) void begin() {
  const char* const path = std::getenv("FLU_DISK_ROOT");
  if (path == nullptr) return;
  const int fd = open_raw(AT_FDCWD, path, O_RDONLY | O_DIRECTORY);
  struct stat status {};
  if (fd < 0 || raw(SYS_newfstatat, fd, "", &status, AT_EMPTY_PATH) != 0) {
    die("FLU_DISK_ROOT is no folder", path);
  }
  root.size = real_path_of(fd, root.path);
  root.device = status.st_dev;
  if (root.size < 2) die("FLU_DISK_ROOT: cannot be named", path);
  root.is_active = true;
  Place place;
  take_status(status, place);
  std::memcpy(place.text, root.path, root.size + 1);
  Recorder().add(Op::kStart, place, count_entries(fd));
  raw(SYS_close, fd);
}

}  // namespace

bool is_active() {
  return root.is_active;
}

void find_descriptor(int fd, Place& out) {
  struct stat status {};
  if (!root.is_active || fd < 0 || raw(SYS_newfstatat, fd, "", &status, AT_EMPTY_PATH) != 0) return;
  const bool may_be = S_ISREG(status.st_mode) || S_ISDIR(status.st_mode);
  if (!may_be || status.st_dev != root.device) return;
  out.is_below = cut_root(out.text, real_path_of(fd, out.text));
  take_status(status, out);
}

void find_path(int folder, const char* path, Place& out) {
  if (!root.is_active || path == nullptr) return;
  const int error = errno;
  const std::size_t size = ::strnlen(path, PATH_MAX);
  if (size == 0 || size == PATH_MAX) return;
  char text[PATH_MAX + 1];
  std::memcpy(text, path, size + 1);
  std::size_t end = size;
  while (end > 1 && text[end - 1] == '/') --end;
  text[end] = 0;
  char* const slash = std::strrchr(text, '/');
  const char* const name = slash == nullptr ? text : slash + 1;
  // The folder of "a/b" is "a", of "/b" "/", of "b" the one that it is relative to.
  char above[PATH_MAX + 1] = ".";
  if (slash != nullptr) {
    const auto length = std::max<std::size_t>(static_cast<std::size_t>(slash - text), 1);
    std::memcpy(above, text, length);
    above[length] = 0;
  }
  const int fd = open_raw(folder, above, O_PATH | O_DIRECTORY);
  if (fd >= 0) {
    const std::size_t length = real_path_of(fd, out.text);
    const int fits =
        length == 0 ? -1 : std::snprintf(out.text + length, sizeof out.text - length, "/%s", name);
    out.is_below = fits > 0 && cut_root(out.text, std::strlen(out.text));
    struct stat status {};
    if (raw(SYS_newfstatat, fd, name, &status, AT_SYMLINK_NOFOLLOW) == 0) take_status(status, out);
    raw(SYS_close, fd);
  }
  errno = error;
}

Recorder::Recorder() : error_(errno) {
  if (!root.is_active) return;
  const char* const path = std::getenv("FLU_DISK_LOG");
  if (path == nullptr) return;
  log_ = open_raw(AT_FDCWD, path, O_WRONLY | O_APPEND | O_CREAT);
  if (log_ < 0) die("cannot open FLU_DISK_LOG", path);
  while (raw(SYS_flock, log_, LOCK_EX) != 0) {
    if (errno != EINTR) die("cannot lock FLU_DISK_LOG", path);
  }
  errno = error_;
}

Recorder::~Recorder() {
  if (log_ < 0) return;
  const int error = errno;
  raw(SYS_flock, log_, LOCK_UN);  // a child that was forked meanwhile has the descriptor too
  raw(SYS_close, log_);
  errno = error;
}

void Recorder::add(Op op, const Place& place, std::uint64_t offset, std::uint16_t flags,
                   std::string_view other) {
  LogHeader header;
  header.op = op;
  header.flags = flags;
  header.object = place.inode;
  header.offset = offset;
  put(header, place.path(), other, nullptr, 0, 0);
}

void Recorder::add_zeros(const Place& place, std::uint64_t offset, std::uint64_t length,
                         std::uint16_t flags) {
  LogHeader header;
  header.op = Op::kZero;
  header.flags = flags;
  header.object = place.inode;
  header.offset = offset;
  header.length = length;
  put(header, place.path(), {}, nullptr, 0, 0);
}

void Recorder::add_write(const Place& place, std::uint64_t offset, const iovec* parts, int count,
                         std::size_t size, std::uint16_t flags) {
  LogHeader header;
  header.op = Op::kWrite;
  header.flags = flags;
  header.object = place.inode;
  header.offset = offset;
  header.length = size;
  put(header, place.path(), {}, parts, count, size);
}

void Recorder::add_ack(const void* text, std::size_t size) {
  LogHeader header;
  header.op = Op::kAck;
  header.length = size;
  const iovec part{const_cast<void*>(text), size};
  put(header, {}, {}, &part, 1, size);
}

void Recorder::add_unsupported(const char* call, std::string_view path) {
  LogHeader header;
  header.op = Op::kUnsupported;
  header.length = std::strlen(call);
  const iovec part{const_cast<char*>(call), header.length};
  put(header, path, {}, &part, 1, header.length);
}

void Recorder::put(const LogHeader& header, std::string_view path, std::string_view other,
                   const iovec* parts, int count, std::size_t size) {
  if (log_ < 0) return;
  const int error = errno;
  LogHeader whole = header;
  whole.path_size = static_cast<std::uint32_t>(path.size());
  whole.other_size = static_cast<std::uint32_t>(other.size());
  const auto all = [this](const void* bytes, std::size_t left) {
    const auto* at = static_cast<const char*>(bytes);
    while (left > 0) {
      const long count_written = raw(SYS_write, log_, at, left);
      if (count_written < 0 && errno == EINTR) continue;
      if (count_written <= 0) die("cannot write FLU_DISK_LOG", std::strerror(errno));
      at += count_written;
      left -= static_cast<std::size_t>(count_written);
    }
  };
  all(&whole, sizeof whole);
  all(path.data(), path.size());
  all(other.data(), other.size());
  for (int part = 0; part < count && size > 0; ++part) {
    const std::size_t taken = std::min(size, parts[part].iov_len);
    all(parts[part].iov_base, taken);
    size -= taken;
  }
  errno = error;
}

}  // namespace flu::disk
