#pragma once

#include "libcommon/base/result.h"
#include "libcommon/service/common_options.h"
#include "tools/thumb/options.h"

namespace flu::thumb {

// Makes pictures until SIGTERM or SIGINT; with --once a single one.
Result<void> run(const Options& options, const service::CommonOptions& common);

}  // namespace flu::thumb
