#include "libcommon/service/run_dir.h"

#include <unistd.h>

#include <cstdlib>

#include <fmt/format.h>

#include "libcommon/base/text.h"
#include "libcommon/io/file.h"

namespace flu::service {

std::string RunDir::live(std::string_view stream) const {
  return live() + "/" + stream_folder(stream);
}

Result<RunDir> open_run_dir(const CommonOptions& options) {
  if (!options.run_dir.empty()) {
    FLU_TRY(io::make_directories(options.run_dir));
    return RunDir(options.run_dir);
  }
  if (::access("/run/flu", W_OK | X_OK) == 0) return RunDir("/run/flu");
  const char* runtime = std::getenv("XDG_RUNTIME_DIR");
  if (runtime != nullptr && ::access(runtime, W_OK | X_OK) == 0) {
    const std::string path = fmt::format("{}/flu", runtime);
    FLU_TRY(io::make_directories(path));
    return RunDir(path);
  }
  const std::string path = fmt::format("/dev/shm/flu-{}", ::geteuid());
  FLU_TRY(io::make_directories(path, 0700));
  return RunDir(path);
}

}  // namespace flu::service
