#pragma once

#include "libcommon/base/result.h"
#include "tools/ctl/ctl.h"

namespace flu::ctl {

// The streams as a table, drawn anew each second, with what their processes use.
Result<void> top(const Request& request);

}  // namespace flu::ctl
