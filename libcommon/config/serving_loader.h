#pragma once

#include <optional>
#include <string>

#include "libcommon/config/diagnostic.h"
#include "libcommon/config/document.h"
#include "libcommon/config/server_config.h"

namespace flu::config {

// One well-formed option of a stream; what is none of serving is left alone.
void load_serving_option(const Statement& statement, const std::string& subject,
                         ServingConfig& serving, Diagnostics& diagnostics);

// url_prefix PREFIX; nullopt, and an error: it cannot stand before an address.
std::optional<std::string> load_url_prefix(const Statement& statement, const std::string& subject,
                                           Diagnostics& diagnostics);

}  // namespace flu::config
