#pragma once

#include "libcommon/base/result.h"
#include "libcommon/service/common_options.h"
#include "tools/segment/options.h"

namespace flu::hub {

// Runs the hub of one stream until its input ends (by hand) or a signal stops it.
Result<> run(const Options& options, const service::CommonOptions& common);

}  // namespace flu::hub
