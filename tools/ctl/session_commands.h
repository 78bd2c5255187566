#pragma once

#include "libcommon/base/result.h"
#include "tools/ctl/ctl.h"

namespace flu::ctl {

// Who watches, as flu-auth knows it: also where no supervisor runs.
Result<void> list_sessions(const Request& request);
Result<void> close_session(const Request& request);

}  // namespace flu::ctl
