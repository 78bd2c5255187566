#pragma once

#include "libcommon/base/result.h"
#include "tools/dvr/request.h"

namespace flu::dvr {

// flu-dvr adopt
Result<void> adopt(const Request& request);

}  // namespace flu::dvr
