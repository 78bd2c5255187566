#pragma once

#include <string>
#include <vector>

#include "libcommon/base/result.h"
#include "libcommon/config/server_config.h"

namespace flu::supervisor {

// A config file read from disk: what it asks for, or every reason why it cannot be used.
struct ConfigFile {
  config::LoadedConfig loaded;
  std::vector<std::string> errors;  // "flu.conf:12: ..."
  std::vector<std::string> warnings;
};

// An error when the file cannot be read at all.
Result<ConfigFile> read_config(const std::string& path);

}  // namespace flu::supervisor
