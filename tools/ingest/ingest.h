#pragma once

#include "libcommon/base/result.h"
#include "libcommon/service/common_options.h"
#include "tools/ingest/options.h"

namespace flu::ingest {

Result<> run(const Options& options, const service::CommonOptions& common);

}  // namespace flu::ingest
