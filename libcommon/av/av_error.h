#pragma once

#include <string>

#include "libcommon/base/error.h"

namespace flu::av {

// libav's error number as one of ours: what the caller can do, and the cause in words.
Error to_error(int number);

}  // namespace flu::av
