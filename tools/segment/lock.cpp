// Tested by tests/e2e/segment/end-shell.sh
#include "tools/segment/lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include <fmt/format.h>

#include "libcommon/base/bytes.h"
#include "libcommon/base/text.h"
#include "libcommon/io/file.h"
#include "libcommon/io/system_error.h"
#include "libcommon/store/window_names.h"

namespace flu::hub {
namespace {

std::string holder_of(int fd, const std::string& path) {
  const auto text = io::pread_up_to(fd, 32, 0, path);
  if (!text || text->empty()) return "?";
  return printable(as_text(Bytes(*text).first(text->size() - 1)));
}

// A hub that ends removes the file it has locked; whoever waited in between has locked a file that
// nobody finds any more.
bool is_still(int fd, const std::string& path) {
  struct stat mine {};
  struct stat there {};
  return ::fstat(fd, &mine) == 0 && ::stat(path.c_str(), &there) == 0 &&
         mine.st_ino == there.st_ino && mine.st_dev == there.st_dev;
}

}  // namespace

Result<UniqueFd> lock_stream(const std::string& folder, const std::string& name) {
  const std::string path = store::in_folder(folder, store::kLockFile);
  while (true) {
    FLU_TRY(io::make_directories(folder));
    auto opened = io::open_file(path, O_RDWR | O_CREAT);
    if (!opened && opened.error().code == ErrorCode::kNotFound) continue;  // removed meanwhile
    FLU_TRY_ASSIGN(UniqueFd lock, std::move(opened));
    if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK) return io::fail_system("lock", path, errno);
      return fail(ErrorCode::kUnavailable,
                  fmt::format("{}: another flu-segment, pid {}, has this stream", name,
                              holder_of(lock.get(), path)));
    }
    if (!is_still(lock.get(), path)) continue;
    const std::string pid = fmt::format("{}\n", ::getpid());
    if (::ftruncate(lock.get(), 0) != 0) return io::fail_system("truncate", path, errno);
    FLU_TRY(io::pwrite_all(lock.get(), as_bytes(pid), 0, path));
    return lock;
  }
}

void remove_stream_folder(const std::string& folder) {
  ::unlink(store::in_folder(folder, store::kLockFile).c_str());
  ::rmdir(folder.c_str());
}

}  // namespace flu::hub
