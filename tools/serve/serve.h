#pragma once

#include "libcommon/base/result.h"
#include "libcommon/service/common_options.h"
#include "tools/serve/options.h"

namespace flu::serve {

// Serves until SIGTERM or SIGINT. In a worker process it does not return.
Result<void> run(const Options& options, const service::CommonOptions& common);

}  // namespace flu::serve
