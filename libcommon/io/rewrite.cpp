#include "libcommon/io/rewrite.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>

#include "libcommon/base/unique_fd.h"
#include "libcommon/io/file.h"
#include "libcommon/io/system_error.h"

namespace flu::io {
namespace {

Result<std::string> real_path(const std::string& path) {
  char* const real = ::realpath(path.c_str(), nullptr);
  if (real == nullptr) return fail_system("open", path, errno);
  std::string out = real;
  std::free(real);
  return out;
}

Result<void> make_alike(int fd, const struct stat& old, const std::string& path) {
  struct stat fresh {};
  if (::fstat(fd, &fresh) != 0) return fail_system("stat", path, errno);
  const bool is_same_owner = fresh.st_uid == old.st_uid && fresh.st_gid == old.st_gid;
  if (!is_same_owner && ::fchown(fd, old.st_uid, old.st_gid) != 0) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("write {}: it belongs to user {} and group {}, and only that user or "
                            "root may replace it",
                            path, old.st_uid, old.st_gid));
  }
  if (::fchmod(fd, old.st_mode & 07777) != 0) return fail_system("chmod", path, errno);
  return {};
}

Result<void> write_beside(const std::string& fresh, const std::string& path, const struct stat& old,
                          Bytes content) {
  ::unlink(fresh.c_str());  // of a writer that was killed
  FLU_TRY_ASSIGN(const UniqueFd fd, open_file(fresh, O_WRONLY | O_CREAT | O_EXCL, 0600));
  FLU_TRY(make_alike(fd.get(), old, path));
  FLU_TRY(write_all(fd.get(), content, fresh));
  if (::fsync(fd.get()) != 0) return fail_system("fsync", fresh, errno);
  return {};
}

}  // namespace

Result<void> rewrite_file(const std::string& path, Bytes content) {
  FLU_TRY_ASSIGN(const std::string real, real_path(path));
  struct stat old {};
  if (::stat(real.c_str(), &old) != 0) return fail_system("stat", real, errno);
  if (!S_ISREG(old.st_mode)) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("write {}: it is no file", real));
  }
  const auto slash = real.rfind('/');
  const std::string folder = slash == 0 ? "/" : real.substr(0, slash);
  const std::string fresh = fmt::format("{}/.{}.new", folder, real.substr(slash + 1));
  if (auto done = write_beside(fresh, real, old, content); !done) {
    ::unlink(fresh.c_str());
    return done;
  }
  if (::rename(fresh.c_str(), real.c_str()) != 0) {
    const int error = errno;
    ::unlink(fresh.c_str());
    return fail_system("rename", fresh, error);
  }
  FLU_TRY_ASSIGN(const UniqueFd directory, open_file(folder, O_RDONLY | O_DIRECTORY));
  if (::fsync(directory.get()) != 0) return fail_system("fsync", folder, errno);
  return {};
}

}  // namespace flu::io
