#pragma once

#include "libcommon/base/result.h"
#include "libcommon/service/common_options.h"
#include "tools/supervisor/options.h"

namespace flu::supervisor {

// Until SIGTERM, SIGINT or `stop` on control.sock; or, with --check, until the config has been
// read.
Result<void> run(const Options& options, const service::CommonOptions& common);

}  // namespace flu::supervisor
