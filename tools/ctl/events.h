#pragma once

#include "libcommon/base/result.h"
#include "tools/ctl/ctl.h"

namespace flu::ctl {

// What happened, from the journal's files; with --follow also what happens, as the server tells it.
// A server that is restarted or killed meanwhile is waited for: no event comes twice, and none is
// left out that stands in the files.
Result<void> events(const Request& request);

}  // namespace flu::ctl
