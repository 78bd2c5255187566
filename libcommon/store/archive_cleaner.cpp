#include "libcommon/store/archive_cleaner.h"

#include <fcntl.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fmt/format.h>

#include "libcommon/base/text.h"
#include "libcommon/io/file.h"
#include "libcommon/io/system_error.h"
#include "libcommon/store/archive_names.h"
#include "libcommon/store/archive_survey.h"
#include "libcommon/store/clean_lock.h"
#include "libcommon/store/hour_content.h"
#include "libcommon/store/hours_file.h"
#include "libcommon/store/lock_file.h"
#include "libcommon/store/window_names.h"

namespace flu::store {
namespace {

using segment::Deletion;
using segment::Hour;

Result<segment::DiskUse> disk_use(const ArchiveRoot& root) {
  struct statvfs disk {};
  if (::statvfs(root.base().c_str(), &disk) != 0) {
    return io::fail_system("statvfs", root.path(), errno);
  }
  const std::uint64_t unit = disk.f_frsize;
  return segment::DiskUse{(disk.f_blocks - disk.f_bfree) * unit, disk.f_bavail * unit};
}

segment::ArchiveLimits override_limits(segment::ArchiveLimits limits,
                                       const segment::ArchiveLimits& instead) {
  if (instead.depth) limits.depth = instead.depth;
  if (instead.max_bytes) limits.max_bytes = instead.max_bytes;
  if (instead.max_usage) limits.max_usage = instead.max_usage;
  return limits;
}

// One run over a root.
class Run {
 public:
  Run(const ArchiveRoot& root, const CleanRequest& request) : root_(&root), request_(&request) {}

  Result<CleanReport> clean(media::Timestamp now) {
    if (!root_->is_in_place()) {
      return fail(ErrorCode::kUnavailable,
                  fmt::format("{}: its disk is not mounted any more", root_->path()));
    }
    FLU_TRY(survey());
    FLU_TRY_ASSIGN(input_.disk, disk_use(*root_));
    input_.now = now;
    input_.needed = request_->needed_bytes;
    input_.blobs_of = [this](std::size_t stream, Hour hour) {
      auto content = read_hour(folder_of(stream), hour);
      return content ? std::move(content->blobs) : std::vector<segment::ArchiveBlob>();
    };
    const segment::CleanPlan plan = segment::plan_cleaning(input_);
    for (const segment::Shortfall& each : plan.shortfalls) {
      report_.shortfalls.push_back(
          {each.stream ? input_.streams[*each.stream].name : "", segment::shortfall_text(each)});
    }
    if (!request_->is_dry_run) correct_hours();
    for (const Deletion& deletion : plan.deletions) carry_out(deletion);
    return std::move(report_);
  }

 private:
  [[nodiscard]] std::string folder_of(std::size_t stream) const {
    return in_folder(root_->base(), folders_[stream]);
  }

  void add_problem(std::string stream, const Error& error) {
    report_.problems.push_back({std::move(stream), root_->readable(error).message});
  }

  Result<void> survey() {
    std::set<std::string> missing = request_->names;
    FLU_TRY_ASSIGN(const auto found, find_archives(root_->base()));
    for (const std::string& folder : found) {
      const std::string name = stream_of_folder(folder);
      missing.erase(name);
      if (!request_->names.empty() && request_->names.count(name) == 0) continue;
      auto archive = survey_archive(in_folder(root_->base(), folder));
      if (!archive) {
        add_problem(name, archive.error());
        continue;
      }
      for (std::string& text : archive->problems) {
        add_problem(name, {ErrorCode::kMalformed, std::move(text)});
      }
      archive->archive.name = name;
      const auto configured = request_->limits.find(name);
      if (configured != request_->limits.end()) archive->archive.limits = configured->second;
      archive->archive.limits = override_limits(archive->archive.limits, request_->instead);
      folders_.push_back(folder);
      input_.streams.push_back(std::move(archive->archive));
      uuids_.push_back(archive->uuid);
      stale_.push_back(std::move(archive->stale));
    }
    for (const std::string& name : missing) {
      return fail(ErrorCode::kNotFound,
                  fmt::format("{}: nothing is recorded of '{}'", root_->path(), printable(name)));
    }
    return {};
  }

  [[nodiscard]] bool may_go_on() {
    if (report_.is_finished && !request_->may_go_on()) report_.is_finished = false;
    return report_.is_finished;
  }

  void carry_out(const Deletion& deletion) {
    if (failed_.count(deletion.stream) != 0 || !report_.is_finished) return;
    if (!request_->is_dry_run) {
      const auto done = remove(deletion);
      if (!done) {
        // What is newer waits for what is older.
        failed_.insert(deletion.stream);
        add_problem(input_.streams[deletion.stream].name, done.error());
        return;
      }
      if (!*done) return;
    }
    report_.deleted.push_back({input_.streams[deletion.stream].name, deletion,
                               segment::reason_text(deletion, input_.disk)});
    report_.bytes += deletion.bytes;
  }

  // False: not any more, or not to its end.
  Result<bool> remove(const Deletion& deletion) {
    const std::string folder = folder_of(deletion.stream);
    FLU_TRY_ASSIGN(const CleanLock held, CleanLock::take(folder));
    FLU_TRY_ASSIGN(const bool is_due, is_still_due(folder, deletion));
    if (!is_due) return false;
    const MayGoOn going = [this] { return may_go_on(); };
    if (deletion.blob) {
      FLU_TRY_ASSIGN(const bool done, remove_blob(folder, deletion.hour, *deletion.blob, going));
      if (!done) return false;
      FLU_TRY(correct_hour(deletion.stream, deletion.hour));
      return true;
    }
    FLU_TRY_ASSIGN(const bool done, remove_hour(folder, deletion.hour, going));
    if (!done || !may_go_on()) return false;
    FLU_TRY_ASSIGN(HoursFile hours, HoursFile::open(folder, uuids_[deletion.stream]));
    FLU_TRY(hours.remove(deletion.hour));
    FLU_TRY(hours.sync());
    return true;
  }

  // Since it was planned it may have been locked, or taken up by a recorder.
  static Result<bool> is_still_due(const std::string& folder, const Deletion& deletion) {
    FLU_TRY_ASSIGN(const bool is_open, is_hour_open(folder, deletion.hour));
    if (is_open && !deletion.blob) return false;
    FLU_TRY_ASSIGN(const segment::LockLog locks, read_locks(folder));
    const bool is_leftover = deletion.reason == segment::CleanReason::kLeftover;
    if (!is_leftover && locks.set.overlaps(deletion.time)) return false;
    const auto content = read_hour(folder, deletion.hour);
    if (!content) return !is_open;
    if (is_leftover) return content->blobs.empty();
    if (!deletion.blob) return !locks.set.overlaps(range_of(content->summary));
    return !is_open || (!content->blobs.empty() && *deletion.blob < content->blobs.back().number);
  }

  void correct_hours() {
    for (std::size_t i = 0; i < stale_.size(); ++i) {
      for (const Hour hour : stale_[i]) {
        const auto done = [&]() -> Result<void> {
          FLU_TRY_ASSIGN(const CleanLock held, CleanLock::take(folder_of(i)));
          return correct_hour(i, hour);
        }();
        if (!done) add_problem(input_.streams[i].name, done.error());
      }
    }
  }

  // What hours.idx tells of a closed hour, as the hour itself does; while the CleanLock is held.
  Result<void> correct_hour(std::size_t stream, Hour hour) {
    const std::string folder = folder_of(stream);
    const std::string name = in_folder(folder, kHoursFile);
    const auto file = io::open_file(name, O_RDONLY);
    if (!file) return {};  // its recorder makes it anew
    const auto rows = read_hours(file->get(), hour, hour + 1, name);
    if (!rows || rows->empty()) return {};
    const auto& row = rows->front().summary;
    if (!row || !row->is_closed) return {};  // nobody believes it
    FLU_TRY_ASSIGN(const bool is_open, is_hour_open(folder, hour));
    if (is_open || !may_go_on()) return {};
    FLU_TRY_ASSIGN(const HourContent content, read_hour(folder, hour));
    FLU_TRY_ASSIGN(HoursFile hours, HoursFile::open(folder, uuids_[stream]));
    if (hours.was_made()) return {};
    FLU_TRY(hours.put(corrected(*row, content.summary)));
    return hours.sync();
  }

  const ArchiveRoot* root_;
  const CleanRequest* request_;
  segment::CleanInput input_;
  // Of input_.streams:
  std::vector<std::string> folders_;
  std::vector<segment::StreamUuid> uuids_;
  std::vector<std::set<Hour>> stale_;

  std::set<std::size_t> failed_;
  CleanReport report_;
};

}  // namespace

Result<CleanReport> clean_root(const ArchiveRoot& root, const CleanRequest& request,
                               media::Timestamp now) {
  auto done = Run(root, request).clean(now);
  if (!done) return tl::unexpected(root.readable(std::move(done).error()));
  return done;
}

}  // namespace flu::store
