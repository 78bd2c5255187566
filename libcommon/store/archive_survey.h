#pragma once

#include <set>
#include <string>
#include <vector>

#include "libcommon/base/result.h"
#include "libcommon/segment/hour_index.h"
#include "libcommon/segment/retention.h"

namespace flu::store {

// What there is to clean of one archive.
struct SurveyedArchive {
  segment::StreamArchive archive;
  segment::StreamUuid uuid{};
  // Closed hours of which hours.idx says something else than is there: a cleaning was interrupted.
  std::set<segment::Hour> stale;
  std::vector<std::string> problems;  // that do not keep it from being cleaned
};

// Of the folder ROOT/STREAM. An archive whose stream.json or locks.log cannot be read is an error:
// nothing of it is deleted.
Result<SurveyedArchive> survey_archive(const std::string& folder);

// Folders of a root that hold archives, in order of their names.
Result<std::vector<std::string>> find_archives(const std::string& root);

// Of its segments; the hour itself where it has none.
segment::TimeRange range_of(const segment::HourSummary& summary);

// May a recorder write to that hour? To be asked while the CleanLock is held.
Result<bool> is_hour_open(const std::string& folder, segment::Hour hour);

// As hours.idx should tell a closed hour; what only that file knows is taken from `known`.
segment::HourSummary corrected(const segment::HourSummary& known,
                               const segment::HourSummary& found);

}  // namespace flu::store
