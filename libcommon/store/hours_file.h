#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libcommon/base/result.h"
#include "libcommon/base/unique_fd.h"
#include "libcommon/segment/hour_index.h"

namespace flu::store {

// hours.idx, derived from the hours' own indexes, so only what is closed must be durable. The
// recorder writes what it says of open hours, and of those it closes; who cleans, under the
// CleanLock, what it says of others. Only the recorder replaces the file.
class HoursFile {
 public:
  // Of the stream's folder; made anew where it is missing or its header is damaged. `was_made` says
  // that it lacks every hour recorded before.
  static Result<HoursFile> open(const std::string& folder, const segment::StreamUuid& uuid);
  [[nodiscard]] bool was_made() const { return was_made_; }

  // Does put() of that hour replace the file? Then it is to be called under the CleanLock.
  [[nodiscard]] bool replaces_for(segment::Hour hour) const {
    return !file_ || hour < header_.first;
  }
  Result<void> put(const segment::HourSummary& summary);
  // Nothing of that hour is left.
  Result<void> remove(segment::Hour hour);
  Result<void> sync();

 private:
  HoursFile() = default;

  Result<void> start_with(segment::Hour first);
  Result<void> write(segment::Hour hour, Bytes summary);

  std::string path_;
  segment::StreamUuid uuid_{};
  UniqueFd file_;  // not open: there is no hour yet
  segment::HoursHeader header_;
  bool was_made_ = false;
};

// One hour as hours.idx knows it. No summary: it is damaged.
struct KnownHour {
  segment::Hour hour = 0;
  std::optional<segment::HourSummary> summary;
};

// The hours of [from, to) that are not empty, oldest first. `fd` is of hours.idx.
Result<std::vector<KnownHour>> read_hours(int fd, segment::Hour from, segment::Hour to,
                                          std::string_view name);

}  // namespace flu::store
