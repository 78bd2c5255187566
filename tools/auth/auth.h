#pragma once

#include "libcommon/base/result.h"
#include "libcommon/service/common_options.h"

namespace flu::auth {

// Keeps the sessions of a run directory until SIGTERM or SIGINT.
Result<void> run(const service::CommonOptions& common);

}  // namespace flu::auth
