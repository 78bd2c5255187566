#pragma once

#include "libcommon/base/result.h"
#include "tools/ctl/ctl.h"

namespace flu::ctl {

// The server as a whole.
Result<void> start(const Request& request);
Result<void> stop(const Request& request);
Result<void> restart(const Request& request);
Result<void> reload(const Request& request);
Result<void> upgrade(const Request& request);
Result<void> status(const Request& request);
Result<void> version(const Request& request);

}  // namespace flu::ctl
