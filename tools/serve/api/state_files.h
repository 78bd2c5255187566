#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "libcommon/base/clock.h"
#include "libcommon/service/run_dir.h"

namespace flu::serve {

// What the supervisor and the master write for all to read, parsed once for each change.
class StateFiles {
 public:
  explicit StateFiles(service::RunDir run_dir) : run_dir_(std::move(run_dir)) {}

  // RUN_DIR/state/NAME.json and RUN_DIR/conf/NAME.json; nullptr when it is not there or no object.
  std::shared_ptr<const nlohmann::json> state(const std::string& name);
  std::shared_ptr<const nlohmann::json> conf(const std::string& name);

  // Since a file of RUN_DIR/state was written; nullopt when it is not there.
  [[nodiscard]] std::optional<std::chrono::milliseconds> age(const std::string& name) const;

  // Since frames came to a stream; nullopt while none of it is being written.
  [[nodiscard]] std::optional<std::chrono::milliseconds> frame_age(std::string_view stream) const;
  [[nodiscard]] bool has_window(std::string_view stream) const;

 private:
  struct Entry {
    ino_t inode = 0;
    std::int64_t changed = 0;
    std::shared_ptr<const nlohmann::json> content;
  };
  std::shared_ptr<const nlohmann::json> read(const std::string& path);

  service::RunDir run_dir_;
  std::map<std::string, Entry> entries_;
};

}  // namespace flu::serve
