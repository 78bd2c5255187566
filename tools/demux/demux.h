#pragma once

#include "libcommon/base/result.h"
#include "tools/demux/options.h"

namespace flu::demux {

Result<> run(const Options& options);

}  // namespace flu::demux
