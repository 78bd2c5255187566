#pragma once

#include <string>
#include <vector>

#include "libcommon/config/server_config.h"

namespace flu::supervisor {

class Fleet;

// An error, with its line of `file`, for each address of `next` that flu-serve would have to listen
// on and cannot.
std::vector<std::string> taken_addresses(const config::ServerConfig& next, const Fleet& fleet,
                                         const std::string& file);

}  // namespace flu::supervisor
