#pragma once

#include <string>
#include <vector>

#include "libcommon/config/server_config.h"

namespace flu::config {

// The names of the streams that are in both and have other settings now. Where they stand in the
// file is no setting.
std::vector<std::string> changed_streams(const ServerConfig& before, const ServerConfig& after);

}  // namespace flu::config
