#pragma once

#include <cstdint>
#include <vector>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "libcommon/container/mp4/moof.h"
#include "libcommon/container/mp4/segment_box.h"

namespace flu::container {

// The samples of one traf of a stored segment, in UTC; offsets from the start of the moof.
// kMalformed where a time is outside of docs/format.md's bounds.
Result<std::vector<SampleEntry>> read_stored_samples(const Moof& moof, const RawTraf& traf);

// All samples of a stored segment of `size` bytes, by `head`: its beginning, to the end of its moof
// or further. Offsets are into the segment. Nothing is said of the media itself.
Result<std::vector<SegmentTrack>> parse_segment_head(Bytes head, std::uint64_t size);

}  // namespace flu::container
