#pragma once

#include "libcommon/base/result.h"
#include "tools/dvr/request.h"

namespace flu::dvr {

// flu-dvr cleanup
Result<void> clean_up(const Request& request);

}  // namespace flu::dvr
