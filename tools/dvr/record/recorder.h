#pragma once

#include "libcommon/base/result.h"
#include "tools/dvr/request.h"

namespace flu::dvr {

// flu-dvr record: until SIGTERM or SIGINT.
Result<void> record(const Request& request);

}  // namespace flu::dvr
