// A disk of a test's own for one program, to be preloaded: what is done below the folder
// $FLU_DISK_ROOT, which is empty at first, is recorded and made to fail.
//
// $FLU_DISK_LOG=FILE: every change below the root that succeeded, every sync and every line with
// `dvr_new_fragment` on standard output or standard error, in their true order over all threads and
// programs (disk_log.h). power_cut.h makes of it what a power cut at any point would have left.
//
// $FLU_DISK_SCRIPT=FILE: what is wrong with the disk; may be replaced (by rename) at any time and
// holds from the next call on, for delays also in the call. No file: nothing is wrong. A line:
//   OP[,OP…] [path TEXT] [after N] [times N] ACTION          # comment
// OP: open (to write or to create), openread, write, truncate, allocate, rename, unlink, mkdir,
// rmdir, link, fsync, fdatasync, syncfs, sync_file_range, any. path: only where TEXT is in the path
// below the root. after: from the Nth matching call on, times: for so many calls; both counted by
// each program since the script was written. ACTION:
//   delay MS      before it is done; the longest of all lines that match
//   fail ERRNO    EIO, ENOSPC, EROFS, EDQUOT, EACCES, EMFILE, …; it is not done
//   short BYTES   (write) at most so many are written
//   lose          (write) the disk says yes and loses it: read back while it runs, gone after a cut
//   lie           (fsync, fdatasync, syncfs) says yes, and nothing is durable
// Of the actions other than delay the first line that matches counts. A line that cannot be
// understood ends the program with exit code 97, as does a log that cannot be written.
//
// Not seen, and refused by the reader of the log where it shows: stdio and std::ofstream,
// mappings that are written to, O_SYNC, symbolic links, what programs without the shim do below the
// root. With programs built with AddressSanitizer set ASAN_OPTIONS=verify_asan_link_order=0.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <optional>

#include "tests/support/disk_calls.h"
#include "tests/support/disk_recorder.h"
#include "tests/support/disk_rules.h"

namespace disk = flu::disk;

namespace {

template <typename Function>
Function* next(const char* name) {
  auto* const found = reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
  if (found == nullptr) disk::die("no such function", name);
  return found;
}

mode_t mode_of(int flags, std::va_list rest) {
  const bool has_mode = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
  return has_mode ? va_arg(rest, mode_t) : 0;
}

// What stdio says on standard output or standard error, in one call of the program's.
template <typename Say>
auto said(const void* text, std::size_t size, FILE* stream, Say say) {
  const bool is_noted =
      (stream == stdout || stream == stderr) && disk::is_acknowledgement(text, size);
  if (!is_noted) return say();
  disk::Recorder recorder;
  const auto done = say();
  recorder.add_ack(text, size);
  return done;
}

}  // namespace

#define FLU_SAME_AS(name) __attribute__((alias(#name)))

extern "C" {

int open(const char* path, int flags, ...) {
  std::va_list rest;
  va_start(rest, flags);
  const mode_t mode = mode_of(flags, rest);
  va_end(rest);
  return disk::open_at(AT_FDCWD, path, flags, mode);
}
int open64(const char* path, int flags, ...) FLU_SAME_AS(open);

int openat(int folder, const char* path, int flags, ...) {
  std::va_list rest;
  va_start(rest, flags);
  const mode_t mode = mode_of(flags, rest);
  va_end(rest);
  return disk::open_at(folder, path, flags, mode);
}
int openat64(int folder, const char* path, int flags, ...) FLU_SAME_AS(openat);

// NOLINTBEGIN(readability-identifier-naming): what _FORTIFY_SOURCE makes of them
int __open_2(const char* path, int flags) {
  return disk::open_at(AT_FDCWD, path, flags, 0);
}
int __open64_2(const char* path, int flags) FLU_SAME_AS(__open_2);
int __openat_2(int folder, const char* path, int flags) {
  return disk::open_at(folder, path, flags, 0);
}
int __openat64_2(int folder, const char* path, int flags) FLU_SAME_AS(__openat_2);
// NOLINTEND(readability-identifier-naming)

int creat(const char* path, mode_t mode) {
  return disk::open_at(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}
int creat64(const char* path, mode_t mode) FLU_SAME_AS(creat);

ssize_t write(int fd, const void* data, std::size_t size) {
  return disk::write_one(fd, data, size, -1);
}
ssize_t writev(int fd, const iovec* parts, int count) {
  return disk::write_parts(fd, parts, count, -1, 0);
}
ssize_t pwrite(int fd, const void* data, std::size_t size, off_t offset) {
  if (offset >= 0) return disk::write_one(fd, data, size, offset);
  errno = EINVAL;
  return -1;
}
ssize_t pwrite64(int fd, const void* data, std::size_t size, off_t offset) FLU_SAME_AS(pwrite);
ssize_t pwritev(int fd, const iovec* parts, int count, off_t offset) {
  if (offset >= 0) return disk::write_parts(fd, parts, count, offset, 0);
  errno = EINVAL;
  return -1;
}
ssize_t pwritev64(int fd, const iovec* parts, int count, off_t offset) FLU_SAME_AS(pwritev);
ssize_t pwritev2(int fd, const iovec* parts, int count, off_t offset, int how) {
  return disk::write_parts(fd, parts, count, offset, how);
}
ssize_t pwritev64v2(int fd, const iovec* parts, int count, off_t offset, int how)
    FLU_SAME_AS(pwritev2);

std::size_t fwrite(const void* data, std::size_t size, std::size_t count, FILE* stream) {
  static auto* const real = next<decltype(fwrite)>("fwrite");
  return said(data, size * count, stream, [&] { return real(data, size, count, stream); });
}
int fputs(const char* text, FILE* stream) {
  static auto* const real = next<decltype(fputs)>("fputs");
  return said(text, std::strlen(text), stream, [&] { return real(text, stream); });
}

int ftruncate(int fd, off_t size) noexcept {
  return disk::set_size(fd, size);
}
int ftruncate64(int fd, off_t size) noexcept FLU_SAME_AS(ftruncate);
int truncate(const char* path, off_t size) noexcept {
  return disk::set_size(path, size);
}
int truncate64(const char* path, off_t size) noexcept FLU_SAME_AS(truncate);
int fallocate(int fd, int how, off_t offset, off_t length) {
  return disk::allocate(fd, how, offset, length);
}
int fallocate64(int fd, int how, off_t offset, off_t length) FLU_SAME_AS(fallocate);
int posix_fallocate(int fd, off_t offset, off_t length) {
  const int error = errno;
  const int answer = disk::allocate(fd, 0, offset, length) == 0 ? 0 : errno;
  errno = error;
  return answer;
}
int posix_fallocate64(int fd, off_t offset, off_t length) FLU_SAME_AS(posix_fallocate);

int rename(const char* from, const char* to) noexcept {
  return disk::rename_at(AT_FDCWD, from, AT_FDCWD, to, 0);
}
int renameat(int from_folder, const char* from, int to_folder, const char* to) noexcept {
  return disk::rename_at(from_folder, from, to_folder, to, 0);
}
int renameat2(int from_folder, const char* from, int to_folder, const char* to,
              unsigned how) noexcept {
  return disk::rename_at(from_folder, from, to_folder, to, how);
}
int unlink(const char* path) noexcept {
  return disk::remove_at(AT_FDCWD, path, 0);
}
int unlinkat(int folder, const char* path, int how) noexcept {
  return disk::remove_at(folder, path, how);
}
int rmdir(const char* path) noexcept {
  return disk::remove_at(AT_FDCWD, path, AT_REMOVEDIR);
}
int remove(const char* path) noexcept {
  const int done = disk::remove_at(AT_FDCWD, path, 0);
  return done == 0 || errno != EISDIR ? done : disk::remove_at(AT_FDCWD, path, AT_REMOVEDIR);
}
int mkdir(const char* path, mode_t mode) noexcept {
  return disk::make_folder(AT_FDCWD, path, mode);
}
int mkdirat(int folder, const char* path, mode_t mode) noexcept {
  return disk::make_folder(folder, path, mode);
}
int link(const char* from, const char* to) noexcept {
  return disk::link_at(AT_FDCWD, from, AT_FDCWD, to, 0);
}
int linkat(int from_folder, const char* from, int to_folder, const char* to, int how) noexcept {
  return disk::link_at(from_folder, from, to_folder, to, how);
}

int fsync(int fd) {
  return disk::sync_one("fsync", SYS_fsync, fd);
}
int fdatasync(int fd) {
  return disk::sync_one("fdatasync", SYS_fdatasync, fd);
}
int syncfs(int fd) noexcept {
  return disk::sync_one("syncfs", SYS_syncfs, fd);
}
void sync() noexcept {
  disk::sync_everything();
}
int sync_file_range(int fd, off_t offset, off_t length, unsigned how) {
  return disk::sync_range(fd, offset, length, how);
}

ssize_t copy_file_range(int from, off_t* from_offset, int to, off_t* to_offset, std::size_t size,
                        unsigned how) {
  if (!disk::is_file_below(to)) {
    return ::syscall(SYS_copy_file_range, from, from_offset, to, to_offset, size, how);
  }
  const off_t at = to_offset == nullptr ? -1 : *to_offset;
  const ssize_t done = disk::copy_piece(from, from_offset, to, at, size);
  if (done > 0 && to_offset != nullptr) *to_offset += done;
  return done;
}
ssize_t sendfile(int to, int from, off_t* offset, std::size_t size) noexcept {
  if (!disk::is_file_below(to)) return ::syscall(SYS_sendfile, to, from, offset, size);
  return disk::copy_piece(from, offset, to, -1, size);
}
ssize_t sendfile64(int to, int from, off_t* offset, std::size_t size) noexcept
    FLU_SAME_AS(sendfile);
ssize_t splice(int from, off_t* from_offset, int to, off_t* to_offset, std::size_t size,
               unsigned how) {
  disk::refuse("splice", to);
  return ::syscall(SYS_splice, from, from_offset, to, to_offset, size, how);
}

void* mmap(void* wanted, std::size_t size, int protection, int flags, int fd,
           off_t offset) noexcept {
  const bool is_shared = (flags & (MAP_SHARED | MAP_PRIVATE)) != MAP_PRIVATE;
  if (is_shared && (protection & PROT_WRITE) != 0 && fd >= 0) disk::refuse("mmap", fd);
  const long done = ::syscall(SYS_mmap, wanted, size, protection, flags, fd, offset);
  return reinterpret_cast<void*>(done);  // NOLINT(performance-no-int-to-ptr)
}
void* mmap64(void* wanted, std::size_t size, int protection, int flags, int fd,
             off_t offset) noexcept FLU_SAME_AS(mmap);

FILE* fopen(const char* path, const char* mode) {
  static auto* const real = next<decltype(fopen)>("fopen");
  const bool may_write = disk::is_active() && std::strpbrk(mode, "wa+") != nullptr;
  if (may_write) disk::refuse("fopen", AT_FDCWD, path);
  return real(path, mode);
}
FILE* fopen64(const char* path, const char* mode) FLU_SAME_AS(fopen);

int symlinkat(const char* target, int folder, const char* path) noexcept {
  disk::refuse("symlink", folder, path);
  return static_cast<int>(::syscall(SYS_symlinkat, target, folder, path));
}
int symlink(const char* target, const char* path) noexcept {
  return symlinkat(target, AT_FDCWD, path);
}
}

#undef FLU_SAME_AS
