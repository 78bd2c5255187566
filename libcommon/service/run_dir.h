#pragma once

#include <string>
#include <string_view>

#include "libcommon/base/result.h"
#include "libcommon/service/common_options.h"

namespace flu::service {

// The run directory of docs/design.md: where sockets, state and live windows lie.
class RunDir {
 public:
  explicit RunDir(std::string path) : path_(std::move(path)) {}

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string live() const { return path_ + "/live"; }
  [[nodiscard]] std::string live(std::string_view stream) const;  // the stream's own folder
  [[nodiscard]] std::string status_socket() const { return path_ + "/status.sock"; }
  [[nodiscard]] std::string control_socket() const { return path_ + "/control.sock"; }
  [[nodiscard]] std::string auth_socket() const { return path_ + "/auth.sock"; }
  [[nodiscard]] std::string thumb_socket() const { return path_ + "/thumb.sock"; }
  [[nodiscard]] std::string supervisor_lock() const { return path_ + "/supervisor.lock"; }
  [[nodiscard]] std::string units() const { return path_ + "/units"; }
  [[nodiscard]] std::string conf() const { return path_ + "/conf"; }
  [[nodiscard]] std::string mux() const { return path_ + "/mux"; }
  [[nodiscard]] std::string state() const { return path_ + "/state"; }

 private:
  std::string path_;
};

// --run-dir or $FLU_RUN_DIR; else /run/flu if writable; else $XDG_RUNTIME_DIR/flu; else a folder of
// the user's in the shared-memory file system. Made, with mode 0750 (0700 for the last), if
// missing.
Result<RunDir> open_run_dir(const CommonOptions& options);

}  // namespace flu::service
