#include "tests/support/disk_calls.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstring>

#include "tests/support/disk_recorder.h"
#include "tests/support/disk_rules.h"

namespace flu::disk {
namespace {

constexpr std::string_view kAcknowledgement = "dvr_new_fragment";

template <typename... Arguments>
long raw(long number, Arguments... arguments) {
  return ::syscall(number, arguments...);
}

// The call does not happen.
bool is_failed(const Fault& fault) {
  if (fault.error != 0) errno = fault.error;
  return fault.error != 0;
}

// What a program says. In one piece, wherever its parts were.
ssize_t say(int fd, const iovec* parts, int count) {
  std::array<char, 65536> whole{};
  std::size_t size = 0;
  for (int part = 0; part < count && size < whole.size(); ++part) {
    const std::size_t taken = std::min(parts[part].iov_len, whole.size() - size);
    std::memcpy(whole.data() + size, parts[part].iov_base, taken);
    size += taken;
  }
  if (!is_acknowledgement(whole.data(), size)) return raw(SYS_writev, fd, parts, count);
  Recorder recorder;
  const ssize_t done = raw(SYS_writev, fd, parts, count);
  if (done > 0) recorder.add_ack(whole.data(), size);
  return done;
}

// The place is found already.
int set_size(const Place& place, off_t size, long number, auto which) {
  const auto really = [&] { return static_cast<int>(raw(number, which, size)); };
  if (!place.is_below) return really();
  if (is_failed(suffer("truncate", place.path()))) return -1;
  Recorder recorder;
  if (really() != 0) return -1;
  recorder.add(Op::kTruncate, place, static_cast<std::uint64_t>(size));
  return 0;
}

std::atomic<std::uint64_t> sync_count{0};

// Only what was done before it began is durable when it has ended; others go on meanwhile.
bool sync_place(std::string_view op, const Place& place, auto really) {
  const std::uint64_t token = (static_cast<std::uint64_t>(raw(SYS_getpid)) << 32U) | ++sync_count;
  Recorder().add(Op::kSyncBegin, place, token);
  const Fault fault = suffer(op, place.path());
  const bool is_done = !is_failed(fault) && (fault.is_lie || really() == 0);
  Recorder().add(is_done ? Op::kSyncEnd : Op::kSyncFailed, place, token, fault.is_lie ? kLied : 0);
  return is_done;
}

}  // namespace

bool is_acknowledgement(const void* text, std::size_t size) {
  return is_active() &&
         ::memmem(text, size, kAcknowledgement.data(), kAcknowledgement.size()) != nullptr;
}

int open_at(int folder, const char* path, int flags, mode_t mode) {
  const auto really = [&] { return static_cast<int>(raw(SYS_openat, folder, path, flags, mode)); };
  Place place;
  find_path(folder, path, place);
  if (!place.is_below) return really();
  const bool is_nameless = (flags & O_TMPFILE) == O_TMPFILE;
  const bool may_change = is_nameless || (flags & (O_CREAT | O_TRUNC)) != 0;
  const bool is_write = may_change || (flags & O_ACCMODE) != O_RDONLY;
  if (is_failed(suffer(is_write ? "open" : "openread", place.path()))) return -1;
  if (!is_write) return really();
  Recorder recorder;
  find_path(folder, path, place);
  const int fd = really();
  if (fd < 0) return fd;
  if ((flags & O_DSYNC) != 0) recorder.add_unsupported("open with O_SYNC", place.path());
  if (S_ISLNK(place.mode)) recorder.add_unsupported("open of a symbolic link", place.path());
  Place opened;
  find_descriptor(fd, opened);
  if (is_nameless) {
    opened.text[0] = 0;
    recorder.add(Op::kCreate, opened);
  } else if (!place.is_there) {
    recorder.add(Op::kCreate, opened);
  } else if ((flags & O_TRUNC) != 0 && place.size > 0) {
    recorder.add(Op::kTruncate, opened, 0);
  }
  return fd;
}

ssize_t write_parts(int fd, const iovec* parts, int count, off_t offset, int how) {
  const auto really = [&](const iovec* some, int some_count) {
    return raw(SYS_pwritev2, fd, some, some_count, offset, 0, how);
  };
  Place place;
  find_descriptor(fd, place);
  if (!place.is_below || !S_ISREG(place.mode) || count < 0 || count > IOV_MAX) {
    const bool is_said = is_active() && offset < 0 && how == 0 && count >= 0 && count <= IOV_MAX;
    if (is_said && (fd == STDOUT_FILENO || fd == STDERR_FILENO)) return say(fd, parts, count);
    if (offset < 0 && how == 0) return raw(SYS_writev, fd, parts, count);
    return really(parts, count);
  }
  const Fault fault = suffer("write", place.path());
  if (is_failed(fault)) return -1;
  std::array<iovec, IOV_MAX> some;  // NOLINT: 16 KiB that are not to be cleared each time
  std::copy_n(parts, count, some.begin());
  if (fault.short_bytes >= 0) {
    auto left = static_cast<std::size_t>(fault.short_bytes);
    for (int part = 0; part < count; ++part) {
      const auto at = static_cast<std::size_t>(part);
      some[at].iov_len = std::min(some[at].iov_len, left);
      left -= some[at].iov_len;
    }
  }
  Recorder recorder;
  const ssize_t done = really(some.data(), count);
  if (done <= 0) return done;
  if ((how & (RWF_SYNC | RWF_DSYNC)) != 0) recorder.add_unsupported("pwritev2", place.path());
  // What is appended goes to the end, whatever was asked.
  const bool is_appended = (raw(SYS_fcntl, fd, F_GETFL) & O_APPEND) != 0 || (how & RWF_APPEND) != 0;
  Place after;
  find_descriptor(fd, after);
  off_t at = offset;
  if (is_appended) {
    at = after.size - done;
  } else if (offset < 0) {
    at = raw(SYS_lseek, fd, 0, SEEK_CUR) - done;
  }
  recorder.add_write(after, static_cast<std::uint64_t>(at), some.data(), count,
                     static_cast<std::size_t>(done), fault.is_lie ? kLied : 0);
  return done;
}

ssize_t write_one(int fd, const void* data, std::size_t size, off_t offset) {
  const iovec part{const_cast<void*>(data), size};
  return write_parts(fd, &part, 1, offset, 0);
}

int set_size(int fd, off_t size) {
  Place place;
  find_descriptor(fd, place);
  return set_size(place, size, SYS_ftruncate, fd);
}

int set_size(const char* path, off_t size) {
  Place place;
  find_path(AT_FDCWD, path, place);
  return set_size(place, size, SYS_truncate, path);
}

int allocate(int fd, int how, off_t offset, off_t length) {
  const auto really = [&] { return static_cast<int>(raw(SYS_fallocate, fd, how, offset, length)); };
  Place place;
  find_descriptor(fd, place);
  if (!place.is_below) return really();
  if (is_failed(suffer("allocate", place.path()))) return -1;
  Recorder recorder;
  find_descriptor(fd, place);
  if (really() != 0) return -1;
  const bool keeps_size = (how & FALLOC_FL_KEEP_SIZE) != 0;
  const int what = how & ~FALLOC_FL_KEEP_SIZE;
  if (what == FALLOC_FL_ZERO_RANGE || what == FALLOC_FL_PUNCH_HOLE) {
    recorder.add_zeros(place, static_cast<std::uint64_t>(offset),
                       static_cast<std::uint64_t>(length), keeps_size ? kKeepSize : 0);
  } else if (what != 0) {
    recorder.add_unsupported("fallocate", place.path());
  } else if (!keeps_size && offset + length > place.size) {
    recorder.add(Op::kTruncate, place, static_cast<std::uint64_t>(offset + length));
  }
  return 0;
}

int rename_at(int from_folder, const char* from, int to_folder, const char* to, unsigned how) {
  const auto really = [&] {
    return static_cast<int>(raw(SYS_renameat2, from_folder, from, to_folder, to, how));
  };
  Place old_place;
  Place new_place;
  find_path(from_folder, from, old_place);
  find_path(to_folder, to, new_place);
  if (!old_place.is_below && !new_place.is_below) return really();
  if (is_failed(suffer("rename", old_place.path(), new_place.path()))) return -1;
  Recorder recorder;
  find_path(from_folder, from, old_place);
  find_path(to_folder, to, new_place);
  if (really() != 0) return -1;
  if (!old_place.is_below || !new_place.is_below || (how & ~unsigned{RENAME_NOREPLACE}) != 0) {
    recorder.add_unsupported("rename into or out of the root", old_place.path());
  } else if (!new_place.is_there || new_place.inode != old_place.inode) {
    recorder.add(Op::kRename, old_place, 0, 0, new_place.path());
  }
  return 0;
}

int remove_at(int folder, const char* path, int how) {
  const auto really = [&] { return static_cast<int>(raw(SYS_unlinkat, folder, path, how)); };
  const bool is_folder = (how & AT_REMOVEDIR) != 0;
  Place place;
  find_path(folder, path, place);
  if (!place.is_below) return really();
  if (is_failed(suffer(is_folder ? "rmdir" : "unlink", place.path()))) return -1;
  Recorder recorder;
  find_path(folder, path, place);
  if (really() != 0) return -1;
  recorder.add(is_folder ? Op::kRmdir : Op::kUnlink, place);
  return 0;
}

int make_folder(int folder, const char* path, mode_t mode) {
  const auto really = [&] { return static_cast<int>(raw(SYS_mkdirat, folder, path, mode)); };
  Place place;
  find_path(folder, path, place);
  if (!place.is_below) return really();
  if (is_failed(suffer("mkdir", place.path()))) return -1;
  Recorder recorder;
  if (really() != 0) return -1;
  find_path(folder, path, place);
  recorder.add(Op::kMkdir, place);
  return 0;
}

int link_at(int from_folder, const char* from, int to_folder, const char* to, int how) {
  const auto really = [&] {
    return static_cast<int>(raw(SYS_linkat, from_folder, from, to_folder, to, how));
  };
  Place place;
  find_path(to_folder, to, place);
  if (!place.is_below) return really();
  if (is_failed(suffer("link", place.path()))) return -1;
  Recorder recorder;
  if (really() != 0) return -1;
  find_path(to_folder, to, place);
  recorder.add(Op::kLink, place);
  return 0;
}

int sync_one(std::string_view op, long number, int fd) {
  Place place;
  find_descriptor(fd, place);
  if (!place.is_below) return static_cast<int>(raw(number, fd));
  if (number == SYS_syncfs) place.inode = 0;
  return sync_place(op, place, [&] { return raw(number, fd); }) ? 0 : -1;
}

void sync_everything() {
  if (is_active()) {
    sync_place("syncfs", Place(), [] { return raw(SYS_sync); });
  } else {
    raw(SYS_sync);
  }
}

int sync_range(int fd, off_t offset, off_t length, unsigned how) {
  Place place;
  find_descriptor(fd, place);
  if (place.is_below && is_failed(suffer("sync_file_range", place.path()))) return -1;
  return static_cast<int>(raw(SYS_sync_file_range, fd, offset, length, how));
}

ssize_t copy_piece(int from, off_t* offset, int to, off_t to_offset, std::size_t size) {
  std::array<char, 65536> piece;  // NOLINT: not to be cleared
  const std::size_t wanted = std::min(size, piece.size());
  const off_t begin = offset == nullptr ? raw(SYS_lseek, from, 0, SEEK_CUR) : *offset;
  if (begin < 0) return -1;
  const long count = raw(SYS_pread64, from, piece.data(), wanted, begin);
  if (count <= 0) return count;
  const ssize_t done = write_one(to, piece.data(), static_cast<std::size_t>(count), to_offset);
  if (done <= 0) return done;
  if (offset != nullptr) {
    *offset += done;
  } else {
    raw(SYS_lseek, from, begin + done, SEEK_SET);
  }
  return done;
}

bool is_file_below(int fd) {
  Place place;
  find_descriptor(fd, place);
  return place.is_below && S_ISREG(place.mode);
}

void refuse(const char* call, int folder, const char* path) {
  Place place;
  find_path(folder, path, place);
  if (place.is_below) Recorder().add_unsupported(call, place.path());
}

void refuse(const char* call, int fd) {
  Place place;
  find_descriptor(fd, place);
  if (place.is_below) Recorder().add_unsupported(call, place.path());
}

}  // namespace flu::disk
