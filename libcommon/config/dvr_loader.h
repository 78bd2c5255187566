#pragma once

#include <string>

#include "libcommon/config/diagnostic.h"
#include "libcommon/config/document.h"
#include "libcommon/config/server_config.h"

namespace flu::config {

// dvr ROOT [2d] [90%] [10G] [schedule=8:00-16:00,22-1:30] [no_index], in any order; dvr_offline
// alike.
DvrConfig load_dvr(const Statement& statement, const std::string& subject,
                   Diagnostics& diagnostics);

}  // namespace flu::config
