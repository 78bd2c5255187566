#include "libcommon/service/state_dir.h"

#include <unistd.h>

#include <cstdlib>

#include "libcommon/io/file.h"

namespace flu::service {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

std::string find_state_dir(const CommonOptions& options) {
  if (!options.state_dir.empty()) return options.state_dir;
  if (::access("/var/lib/flu", W_OK | X_OK) == 0) return "/var/lib/flu";
  if (const std::string own = environment("XDG_STATE_HOME"); !own.empty()) return own + "/flu";
  if (const std::string home = environment("HOME"); !home.empty())
    return home + "/.local/state/flu";
  return {};
}

Result<std::string> open_state_dir(const CommonOptions& options) {
  std::string folder = find_state_dir(options);
  if (folder.empty()) {
    return fail(ErrorCode::kInvalidArgument,
                "no place is known for what must survive a reboot: name one with --state-dir");
  }
  FLU_TRY(io::make_directories(folder));
  return folder;
}

}  // namespace flu::service
