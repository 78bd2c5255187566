// Tested by tests/unit/store/archive_cleaner_test.cpp
#include "libcommon/store/clean_lock.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>

#include "libcommon/io/file.h"
#include "libcommon/io/system_error.h"
#include "libcommon/store/archive_names.h"
#include "libcommon/store/window_names.h"

namespace flu::store {

Result<CleanLock> CleanLock::take(const std::string& folder) {
  const std::string name = in_folder(folder, kCleanLock);
  auto file = io::open_file(name, O_RDWR | O_CREAT, 0644);
  // Another user's, such as root's: a local file system locks what is only read, too.
  if (!file && file.error().code == ErrorCode::kDenied) file = io::open_file(name, O_RDONLY);
  if (!file) return tl::unexpected(std::move(file).error());
  while (::flock(file->get(), LOCK_EX) != 0) {
    if (errno != EINTR) return io::fail_system("lock", name, errno);
  }
  return CleanLock(std::move(*file));
}

Result<bool> is_recorded(const std::string& folder) {
  const std::string name = in_folder(folder, kArchiveLock);
  const auto file = io::open_file(name, O_RDONLY);
  if (!file && file.error().code == ErrorCode::kNotFound) return false;
  if (!file) return tl::unexpected(file.error());
  // Shared: it is not to keep a recorder of a version before from its archive, and ends at once.
  if (::flock(file->get(), LOCK_SH | LOCK_NB) == 0) return false;
  if (errno != EWOULDBLOCK) return io::fail_system("lock", name, errno);
  return true;
}

}  // namespace flu::store
