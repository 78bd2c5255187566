#pragma once

#include <string>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"

namespace flu::thumb {

// What stands at a URL, for the process of one picture: it waits. The error tells the cause, not
// the URL.
Result<Buffer> fetch_jpeg(const std::string& url);

}  // namespace flu::thumb
