#pragma once

#include "libcommon/base/result.h"
#include "libcommon/segment/archive_timeline.h"
#include "libcommon/segment/retention.h"
#include "tools/dvr/options.h"

namespace flu::dvr {

// What --depth, --max-size and --max-usage say. A number without its unit is refused: a day too
// little, or a byte for a gigabyte, would be gone for good.
Result<segment::ArchiveLimits> parse_limits(const Options& options);

// --from and --duration
Result<segment::TimeRange> parse_range(const Options& options);

}  // namespace flu::dvr
