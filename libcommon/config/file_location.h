#pragma once

#include <string_view>

#include "libcommon/base/result.h"
#include "libcommon/config/server_config.h"

namespace flu::config {

// PREFIX/PATH: relative, and nothing in it leads out of the location.
Result<void> check_location_path(std::string_view path);

// file PREFIX { path DIRECTORY; paths DIRECTORY DIRECTORY; }
FileLocation read_location(const Statement& head, Diagnostics& diagnostics);

// Gives each stream the locations that its sources and its backup name; an error for one that there
// is none of, and for a backup without a source.
void find_locations(ServerConfig& server, Diagnostics& diagnostics);

}  // namespace flu::config
