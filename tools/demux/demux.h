#pragma once

#include "libcommon/base/result.h"
#include "libcommon/service/common_options.h"
#include "tools/demux/options.h"

namespace flu::demux {

Result<> run(const Options& options, const service::CommonOptions& common);

}  // namespace flu::demux
