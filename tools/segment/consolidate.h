#pragma once

#include <string>

#include "libcommon/base/result.h"
#include "libcommon/segment/index_record.h"
#include "tools/segment/segment_table.h"

namespace flu::hub {

// Writes FOLDER/START90.mp4 (by rename) from the frames in the segment's logs and gives its record.
// A pure function of the tables and those bytes: no clock, no chance.
Result<segment::IndexRecord> consolidate(const SegmentTable& segment, const std::string& folder);

// What the segment lasts: up to the next one, or to the end of its last frame.
media::Ticks duration_of(const SegmentTable& segment);

}  // namespace flu::hub
