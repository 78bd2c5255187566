#pragma once

#include "libcommon/base/result.h"
#include "tools/ctl/ctl.h"

namespace flu::ctl {

// What is asked of, and done to, the streams of a running server.
Result<void> list_streams(const Request& request);
Result<void> show_stream(const Request& request);
Result<void> restart_stream(const Request& request);
Result<void> switch_source(const Request& request);

}  // namespace flu::ctl
