#include "libcommon/store/archive_survey.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <limits>
#include <map>
#include <optional>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "libcommon/io/file.h"
#include "libcommon/io/system_error.h"
#include "libcommon/store/archive_names.h"
#include "libcommon/store/clean_lock.h"
#include "libcommon/store/find_hours.h"
#include "libcommon/store/hour_content.h"
#include "libcommon/store/hour_files.h"
#include "libcommon/store/hours_file.h"
#include "libcommon/store/limits.h"
#include "libcommon/store/lock_file.h"
#include "libcommon/store/stream_file.h"
#include "libcommon/store/window_names.h"

namespace flu::store {
namespace {

namespace fs = std::filesystem;
using segment::ArchiveHour;
using segment::Hour;
using segment::HourSummary;

Result<StreamFile> read_stream_file(const std::string& folder) {
  FLU_TRY_ASSIGN(const Buffer content,
                 io::read_file(in_folder(folder, kStreamFile), kMaxStreamFile));
  return parse_stream_file(as_text(content));
}

// The hours as hours.idx has them; where that is lost, as the folders have them.
Result<std::map<Hour, std::optional<HourSummary>>> known_hours(const std::string& folder) {
  std::map<Hour, std::optional<HourSummary>> out;
  const std::string name = in_folder(folder, kHoursFile);
  const auto file = io::open_file(name, O_RDONLY);
  if (!file && file.error().code != ErrorCode::kNotFound) return tl::unexpected(file.error());
  if (file) {
    const auto rows = read_hours(file->get(), 0, std::numeric_limits<Hour>::max(), name);
    if (rows) {
      for (const KnownHour& row : *rows) out.emplace(row.hour, row.summary);
      return out;
    }
    if (rows.error().code != ErrorCode::kMalformed) return tl::unexpected(rows.error());
  }
  FLU_TRY_ASSIGN(const auto found, find_hours(folder));
  for (const Hour hour : found) out.emplace(hour, std::nullopt);
  return out;
}

class Surveyor {
 public:
  explicit Surveyor(std::string folder) : folder_(std::move(folder)) {}

  Result<SurveyedArchive> survey() {
    FLU_TRY_ASSIGN(const StreamFile file, read_stream_file(folder_));
    FLU_TRY_ASSIGN(const segment::LockLog locks, read_locks(folder_));
    FLU_TRY_ASSIGN(auto rows, known_hours(folder_));
    out_.archive.name = file.name;
    out_.archive.limits = file.limits;
    out_.archive.locks = locks.set;
    out_.uuid = file.uuid;
    if (locks.damaged > 0) {
      out_.problems.push_back(fmt::format("{}: {} damaged records", kLocksFile, locks.damaged));
    }
    open_hours_ = file.open_hours;
    is_recorded_ = !open_hours_.empty() && may_be_recorded();
    for (const Hour hour : open_hours_) {
      const std::string index = in_folder(folder_, hour_index_file(hour));
      if (::access(index.c_str(), F_OK) == 0) rows.emplace(hour, std::nullopt);
    }
    for (const auto& [hour, row] : rows) look_at(hour, row);
    return std::move(out_);
  }

 private:
  // Where it cannot be asked, yes.
  [[nodiscard]] bool may_be_recorded() const {
    const auto held = CleanLock::take(folder_);
    if (!held) return true;
    const auto recorded = is_recorded(folder_);
    return !recorded || *recorded;
  }

  // Where hours.idx may be wrong the hour itself is asked: all that is open, and where a cleaning
  // may have been interrupted, which is in what locks left, or the oldest behind that.
  void look_at(Hour hour, const std::optional<HourSummary>& row) {
    const bool is_open = is_recorded_ && open_hours_.count(hour) != 0;
    const bool is_known = row && row->is_closed && !is_open;
    const bool is_locked = is_known && out_.archive.locks.overlaps(range_of(*row));
    const bool is_oldest = !is_locked && std::exchange(is_first_, false);
    if (is_known && !is_oldest && !is_locked) {
      add(*row, is_open, false);
      return;
    }
    const auto content = read_hour(folder_, hour);
    if (content) {
      if (is_known && corrected(*row, content->summary) != *row) out_.stale.insert(hour);
      add(content->summary, is_open, content->blobs.empty());
      return;
    }
    const auto files = find_hour_files(folder_, hour);
    const bool is_gone =
        content.error().code == ErrorCode::kNotFound && files && files->blobs.empty();
    if (!is_gone) out_.problems.push_back(content.error().message);
    HourSummary summary = row.value_or(HourSummary());
    summary.hour = hour;
    if (is_gone || row) add(summary, is_open, is_gone);
  }

  void add(const HourSummary& summary, bool is_open, bool is_leftover) {
    out_.archive.hours.push_back(
        {summary.hour, range_of(summary), summary.bytes, summary.blobs, is_open, is_leftover});
  }

  std::string folder_;
  SurveyedArchive out_;
  std::set<Hour> open_hours_;
  bool is_recorded_ = false;
  bool is_first_ = true;  // no hour that could go was looked at yet
};

}  // namespace

Result<SurveyedArchive> survey_archive(const std::string& folder) {
  return Surveyor(folder).survey();
}

Result<std::vector<std::string>> find_archives(const std::string& root) {
  std::vector<std::string> out;
  std::error_code error;
  for (fs::directory_iterator entry(root, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (name.starts_with('.') || entry->is_symlink()) continue;
    const std::string file = in_folder(in_folder(root, name), kStreamFile);
    if (::access(file.c_str(), F_OK) == 0) out.push_back(name);
  }
  if (error) return io::fail_system("list", root, error.value());
  std::sort(out.begin(), out.end());
  return out;
}

segment::TimeRange range_of(const HourSummary& summary) {
  if (summary.segments > 0) return {summary.first, summary.last};
  return {segment::start_of(summary.hour), segment::start_of(summary.hour + 1)};
}

Result<bool> is_hour_open(const std::string& folder, Hour hour) {
  FLU_TRY_ASSIGN(const StreamFile file, read_stream_file(folder));
  if (file.open_hours.count(hour) == 0) return false;
  return is_recorded(folder);
}

HourSummary corrected(const HourSummary& known, const HourSummary& found) {
  HourSummary out = found;
  out.thumbnails = known.thumbnails;
  out.is_closed = known.is_closed;
  return out;
}

}  // namespace flu::store
