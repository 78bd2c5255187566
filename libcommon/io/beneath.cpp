#include "libcommon/io/beneath.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include <fmt/format.h>

#include "libcommon/io/file.h"
#include "libcommon/io/system_error.h"

namespace flu::io {

Result<UniqueFd> open_beneath(const std::string& root, const std::string& path) {
  FLU_TRY_ASSIGN(const UniqueFd folder, open_file(root, O_PATH | O_DIRECTORY));
  open_how how{};
  how.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK;  // a pipe does not hold us up
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  UniqueFd file(
      static_cast<int>(::syscall(SYS_openat2, folder.get(), path.c_str(), &how, sizeof how)));
  if (!file && errno == EXDEV) {
    return fail(ErrorCode::kDenied, fmt::format("{} leads out of {}", path, root));
  }
  if (!file) return fail_system("open", fmt::format("{} in {}", path, root), errno);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return fail_system("stat", path, errno);
  if (!S_ISREG(status.st_mode)) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("{} in {} is no file", path, root));
  }
  return file;
}

}  // namespace flu::io
