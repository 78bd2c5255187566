// Tested by tests/e2e/dvr/cleanup.sh
#include "tools/dvr/cleanup.h"

#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "libcommon/base/clock.h"
#include "libcommon/base/text.h"
#include "libcommon/service/state_dir.h"
#include "libcommon/store/archive_cleaner.h"
#include "libcommon/store/archive_root.h"
#include "tools/dvr/clean_limits.h"
#include "tools/dvr/range_text.h"

namespace flu::dvr {
namespace {

using nlohmann::json;
using store::CleanReport;

json to_json(const CleanReport::Deleted& deleted) {
  json out = range_json(deleted.what.time);
  out["stream"] = deleted.stream;
  out["blob"] = deleted.what.blob ? json(*deleted.what.blob) : json();
  out["bytes"] = deleted.what.bytes;
  out["reason"] = segment::to_string(deleted.what.reason);
  out["text"] = deleted.reason;
  return out;
}

json to_json(const std::vector<CleanReport::Remark>& remarks) {
  json out = json::array();
  for (const CleanReport::Remark& each : remarks) {
    out.push_back({{"stream", each.stream}, {"text", each.text}});
  }
  return out;
}

void print_json(const CleanReport& report, bool is_dry_run) {
  json deleted = json::array();
  for (const CleanReport::Deleted& each : report.deleted) deleted.push_back(to_json(each));
  const json out{{"dry_run", is_dry_run},
                 {"deleted", std::move(deleted)},
                 {"bytes", report.bytes},
                 {"problems", to_json(report.problems)},
                 {"shortfalls", to_json(report.shortfalls)}};
  fmt::print("{}\n", out.dump(-1, ' ', false, json::error_handler_t::replace));
}

void print_text(const CleanReport& report, bool is_dry_run) {
  for (const CleanReport::Deleted& each : report.deleted) {
    const std::string what = each.what.blob ? fmt::format("blob {}", *each.what.blob) : "hour";
    fmt::print("{}  {:<7}  {:>7}  {}: {}\n", time_text(each.what.time.from), what,
               size_text(each.what.bytes), each.stream, each.reason);
  }
  fmt::print("{}{} {}\n", report.deleted.empty() ? "nothing" : size_text(report.bytes),
             is_dry_run ? " would be" : "", "deleted");
}

std::string line_of(const CleanReport::Remark& remark) {
  return remark.stream.empty() ? remark.text : fmt::format("{}: {}", remark.stream, remark.text);
}

}  // namespace

Result<void> clean_up(const Request& request) {
  FLU_TRY_ASSIGN(const segment::ArchiveLimits limits, parse_limits(request.options));
  FLU_TRY_ASSIGN(const store::ArchiveRoot root,
                 store::ArchiveRoot::open_existing(request.options.root,
                                                   service::find_state_dir(request.common)));
  store::CleanRequest asked;
  asked.names = {request.options.names.begin(), request.options.names.end()};
  asked.instead = limits;
  asked.is_dry_run = request.options.is_dry_run;
  FLU_TRY_ASSIGN(const CleanReport report,
                 store::clean_root(root, asked, media::to_timestamp(wall_now())));
  if (request.common.is_json) {
    print_json(report, asked.is_dry_run);
  } else {
    print_text(report, asked.is_dry_run);
  }
  for (const auto& each : report.shortfalls) fmt::print(stderr, "{}\n", line_of(each));
  for (const auto& each : report.problems) fmt::print(stderr, "{}\n", line_of(each));
  if (report.problems.empty() || asked.is_dry_run) return {};
  return fail(ErrorCode::kUnavailable,
              fmt::format("{}: not all could be cleaned", request.options.root));
}

}  // namespace flu::dvr
