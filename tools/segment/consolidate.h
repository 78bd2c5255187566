#pragma once

#include <string>

#include "libcommon/base/result.h"
#include "libcommon/container/mp4/flu_stream.h"
#include "libcommon/segment/index_record.h"
#include "tools/segment/segment_table.h"

namespace flu::hub {

// Writes FOLDER/START90.mp4 (by rename) from the frames in the segment's logs and gives its record.
// A pure function of the tables and those bytes: no clock, no chance.
Result<segment::IndexRecord> consolidate(const SegmentTable& segment, const std::string& folder);

// What FLU-FRAG says of a segment, in front of its first fragment and in its file: who scans an
// archive without its index learns numbers and flags from it.
container::FragmentInfo info_of(const SegmentStart& start);

// What the segment lasts: up to the next one, or to the end of its last frame.
media::Ticks duration_of(const SegmentTable& segment);

}  // namespace flu::hub
