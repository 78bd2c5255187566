#pragma once

#include "libcommon/base/result.h"
#include "libcommon/service/common_options.h"
#include "tools/dvr/options.h"

namespace flu::dvr {

// Does what the command line asks for, to its end.
Result<void> run(const Options& options, const service::CommonOptions& common);

}  // namespace flu::dvr
