#pragma once

#include <string>
#include <vector>

#include "libcommon/base/result.h"
#include "libcommon/segment/archive_timeline.h"
#include "tools/dvr/request.h"

namespace flu::dvr {

// flu-dvr ls: what is recorded, as a table, as JSON, or as a picture of each day.
Result<void> ls(const Request& request);

}  // namespace flu::dvr
