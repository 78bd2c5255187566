#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "libcommon/base/result.h"
#include "tests/support/disk_history.h"

namespace flu::disk {

struct ArchiveCounts {
  std::size_t segments = 0;      // read, each with its media
  std::size_t acknowledged = 0;  // of these
  std::size_t damaged = 0;       // records passed over, in groups that were never acknowledged
  std::size_t dropped_bytes = 0;
};

// Does an archive that a power cut left keep its promises? It is recovered as the recorder does it;
// then
//  - every acknowledged segment is there, with size and checksum,
//  - each record points to media that is whole, and to the init that it names,
//  - no two records share bytes of a blob, no two segments that are read share time,
//  - hours.idx says what the hours' own indexes say,
//  - a second recovery finds nothing to do, and recording goes on.
// `root` is changed by it; `memory` is an empty folder.
Result<ArchiveCounts> check_archive(const std::string& root, const std::string& memory,
                                    const std::vector<Ack>& acks);

}  // namespace flu::disk
