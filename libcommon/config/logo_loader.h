#pragma once

#include <string>

#include "libcommon/config/diagnostic.h"
#include "libcommon/config/document.h"
#include "libcommon/config/server_config.h"

namespace flu::config {

// logo path=FILE [height=N] [width=N] [left=N | right=N] [top=N | bottom=N]
LogoConfig load_logo(const Statement& statement, const std::string& subject,
                     Diagnostics& diagnostics);

}  // namespace flu::config
