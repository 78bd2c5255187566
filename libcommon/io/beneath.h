#pragma once

#include <string>

#include "libcommon/base/result.h"
#include "libcommon/base/unique_fd.h"

namespace flu::io {

// A regular file below the folder `root`, for reading. Whatever `path` and the links on its way
// say, it never leads out of there.
Result<UniqueFd> open_beneath(const std::string& root, const std::string& path);

}  // namespace flu::io
