#pragma once

#include <string>

#include "libcommon/base/bytes.h"

namespace flu {

// RFC 4648 section 4, with padding.
std::string to_base64(Bytes bytes);

}  // namespace flu
