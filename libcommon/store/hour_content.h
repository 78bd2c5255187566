#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "libcommon/base/result.h"
#include "libcommon/segment/archive_timeline.h"
#include "libcommon/segment/hour_index.h"
#include "libcommon/segment/index_record.h"
#include "libcommon/segment/retention.h"

namespace flu::store {

// Blobs that records name, in order of their numbers.
std::vector<std::uint16_t> blobs_of(const std::vector<segment::IndexRecord>& records);

// Those of them whose file is not there: cleaned. Their records stay in the hour's index. `folder`
// is that of the stream.
segment::BlobSet gone_blobs(const std::string& folder, segment::Hour hour,
                            const std::vector<std::uint16_t>& blobs);

// An hour as its own files tell it.
struct HourContent {
  segment::HourSummary summary;             // not closed: that is not told there
  std::vector<segment::ArchiveBlob> blobs;  // that are there, in order of their numbers
};

// kNotFound without an HH.idx.
Result<HourContent> read_hour(const std::string& folder, segment::Hour hour);

}  // namespace flu::store
