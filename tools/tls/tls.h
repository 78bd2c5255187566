#pragma once

#include "libcommon/base/result.h"
#include "libcommon/service/common_options.h"
#include "tools/tls/options.h"

namespace flu::tls {

// Connects, and copies until either side ends.
Result<> run(const Options& options, const service::CommonOptions& common);

}  // namespace flu::tls
