#pragma once

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "libcommon/segment/index_record.h"

namespace flu::store {

// Are `bytes` the segment that the record tells of: its moof and mdat where they should be, and the
// media with its checksum? kMalformed says what is not.
Result<void> check_segment(const segment::IndexRecord& record, Bytes bytes);

}  // namespace flu::store
