#pragma once

#include <string>
#include <vector>

#include "libcommon/base/result.h"
#include "libcommon/segment/hour_index.h"

namespace flu::store {

// All hours that have an HH.idx below a stream's folder, oldest first: for when hours.idx is lost,
// and to check it. A walk over the folders.
Result<std::vector<segment::Hour>> find_hours(const std::string& folder);

}  // namespace flu::store
