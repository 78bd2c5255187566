#pragma once

#include "libcommon/base/result.h"
#include "tools/dvr/request.h"

namespace flu::dvr {

// flu-dvr lock, unlock, locks
Result<void> lock(const Request& request);
Result<void> unlock(const Request& request);
Result<void> list_locks(const Request& request);

}  // namespace flu::dvr
