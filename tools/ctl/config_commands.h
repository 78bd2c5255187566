#pragma once

#include <string>

#include "libcommon/base/result.h"
#include "libcommon/config/server_config.h"
#include "tools/ctl/ctl.h"

namespace flu::ctl {

// What needs only the config file.
Result<void> explain(const Request& request);
Result<void> plan(const Request& request);
Result<void> check_config(const Request& request);

// --config, else the file of the running server, else /etc/flu/flu.conf.
std::string config_path(const Request& request);

// Prints what is wrong with it to standard error; kInvalidArgument when it cannot be used.
Result<config::ServerConfig> load_checked(const std::string& path, bool with_warnings);

}  // namespace flu::ctl
