#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "libcommon/base/result.h"
#include "libcommon/segment/hour_index.h"
#include "libcommon/segment/retention.h"

namespace flu::store {

// stream.json of an archive: what is known of the stream as a whole. Replaced by rename, durably.
struct StreamFile {
  std::string name;
  segment::StreamUuid uuid{};
  // Raised when another machine takes the archive over; stands in every record.
  std::uint64_t epoch = 0;
  std::string owner;  // the machine that records it
  // Hours that may hold more than hours.idx says: all that a recovery has to look at.
  std::set<segment::Hour> open_hours;
  // As configured when it was recorded last: cleaning goes on when the configuration has no such
  // stream any more.
  segment::ArchiveLimits limits;

  bool operator==(const StreamFile&) const = default;
};

std::string write_stream_file(const StreamFile& file);
// kMalformed where it is no such JSON.
Result<StreamFile> parse_stream_file(std::string_view text);

}  // namespace flu::store
