#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "libcommon/base/result.h"
#include "libcommon/media/time.h"
#include "libcommon/segment/retention.h"
#include "libcommon/store/archive_root.h"
#include "libcommon/store/hour_files.h"

namespace flu::store {

struct CleanRequest {
  std::set<std::string> names;  // of streams; empty: all that lie in the root
  // As configured now; for other streams what their stream.json remembers.
  std::map<std::string, segment::ArchiveLimits> limits;
  segment::ArchiveLimits instead;  // what is set here holds for all, whatever the above say
  std::uint64_t needed_bytes = 0;  // that must become free at once: the disk is full
  bool is_dry_run = false;
  // Asked before each step; false ends the cleaning there, and another one goes on.
  MayGoOn may_go_on = [] { return true; };
};

struct CleanReport {
  struct Deleted {
    std::string stream;
    segment::Deletion what;
    std::string reason;  // for people
  };
  struct Remark {
    std::string stream;  // "": of the root
    std::string text;
  };
  std::vector<Deleted> deleted;    // in this order; of a dry run: what would be
  std::uint64_t bytes = 0;         // of these
  std::vector<Remark> problems;    // what could not be looked at, or not deleted
  std::vector<Remark> shortfalls;  // limits that cannot be held: the rest is locked or recorded
  bool is_finished = true;
};

// Deletes what the limits of a root's archives ask for, and finishes what a cleaning before left.
// Any number of processes may do it, while the archives are recorded and read. An error is one of
// the root; one of a stream is in the report, and the others are cleaned.
Result<CleanReport> clean_root(const ArchiveRoot& root, const CleanRequest& request,
                               media::Timestamp now);

}  // namespace flu::store
