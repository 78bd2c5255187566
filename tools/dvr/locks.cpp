// Tested by tests/e2e/dvr/cleanup.sh
#include "tools/dvr/locks.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "libcommon/base/clock.h"
#include "libcommon/base/text.h"
#include "libcommon/service/state_dir.h"
#include "libcommon/store/archive_root.h"
#include "libcommon/store/archive_survey.h"
#include "libcommon/store/lock_file.h"
#include "tools/dvr/clean_limits.h"
#include "tools/dvr/range_text.h"

namespace flu::dvr {
namespace {

using nlohmann::json;
using segment::TimeRange;
using Change = Result<TimeRange> (store::LockFile::*)(const TimeRange&, WallTime);

Result<store::ArchiveRoot> open_root(const Request& request) {
  return store::ArchiveRoot::open_existing(request.options.root,
                                           service::find_state_dir(request.common));
}

Result<void> change(const Request& request, Change call, std::string_view done) {
  FLU_TRY_ASSIGN(const TimeRange range, parse_range(request.options));
  FLU_TRY_ASSIGN(const store::ArchiveRoot root, open_root(request));
  const std::string& name = request.options.names.front();
  const auto actual = [&]() -> Result<TimeRange> {
    FLU_TRY_ASSIGN(store::LockFile locks, store::LockFile::open(root.base(), name));
    return (locks.*call)(range, wall_now());
  }();
  if (!actual) return tl::unexpected(root.readable(actual.error()));
  if (request.common.is_json) {
    json out = range_json(*actual);
    out["stream"] = name;
    fmt::print("{}\n", out.dump());
    return {};
  }
  fmt::print("{}: {} from {} to {}\n", name, done, time_text(actual->from), time_text(actual->to));
  return {};
}

json locks_json(const std::string& name, const segment::LockLog& log) {
  json locks = json::array();
  for (const segment::Lock& lock : log.set.locks()) {
    json out = range_json(lock.range);
    out["id"] = lock.id;
    out["locked_at"] = std::chrono::floor<std::chrono::seconds>(lock.at).time_since_epoch().count();
    locks.push_back(std::move(out));
  }
  return {{"stream", name}, {"locks", std::move(locks)}, {"damaged", log.damaged}};
}

}  // namespace

Result<void> lock(const Request& request) {
  return change(request, &store::LockFile::add, "locked");
}

Result<void> unlock(const Request& request) {
  return change(request, &store::LockFile::remove, "unlocked");
}

Result<void> list_locks(const Request& request) {
  FLU_TRY_ASSIGN(const store::ArchiveRoot root, open_root(request));
  std::vector<std::string> names = request.options.names;
  if (names.empty()) {
    FLU_TRY_ASSIGN(const auto folders, store::find_archives(root.base()));
    for (const std::string& folder : folders) names.push_back(stream_of_folder(folder));
  }
  json all = json::array();
  for (const std::string& name : names) {
    const auto log = [&]() -> Result<segment::LockLog> {
      FLU_TRY_ASSIGN(const store::LockFile locks, store::LockFile::open(root.base(), name));
      return locks.list();
    }();
    if (!log) return tl::unexpected(root.readable(log.error()));
    all.push_back(locks_json(name, *log));
    if (request.common.is_json) continue;
    for (const segment::Lock& lock : log->set.locks()) {
      fmt::print("{}  {}  {}\n", time_text(lock.range.from), time_text(lock.range.to), name);
    }
    if (log->damaged > 0) {
      fmt::print(stderr, "{}: {} damaged records: a lock may be missing\n", name, log->damaged);
    }
  }
  if (request.common.is_json) fmt::print("{}\n", all.dump());
  return {};
}

}  // namespace flu::dvr
