#pragma once

#include <string>

#include "libcommon/base/result.h"
#include "libcommon/service/common_options.h"

namespace flu::service {

// --state-dir or $FLU_STATE_DIR; else /var/lib/flu if writable; else the user's own. Not made here;
// "": none is known.
std::string find_state_dir(const CommonOptions& options);

// The same, made if missing.
Result<std::string> open_state_dir(const CommonOptions& options);

}  // namespace flu::service
