#pragma once

#include <string>

#include "libcommon/base/result.h"
#include "tools/ctl/ctl.h"

namespace flu::ctl {

struct Launched {
  int pid = 0;
  std::string log;
};

// Starts flu-supervisor in the background, in a session of its own, its standard error appended to
// a log file, and waits until it is ready. When it ends instead, the error has what it said.
Result<Launched> launch_supervisor(const Request& request, const std::string& config);

// --log; else /var/log/flu, --state-dir or the user's own state directory, whichever is writable.
Result<std::string> log_path(const Request& request);

}  // namespace flu::ctl
