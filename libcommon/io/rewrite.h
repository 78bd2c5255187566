#pragma once

#include <string>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"

namespace flu::io {

// Another content for a file that people own: it keeps its mode, its owner and its group, a
// symbolic link keeps pointing to it, and what is read is the old content or the new, also after a
// power cut. Refused where any of this cannot be held.
Result<void> rewrite_file(const std::string& path, Bytes content);

}  // namespace flu::io
