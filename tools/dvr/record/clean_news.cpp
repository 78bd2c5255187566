// Tested by tests/e2e/dvr/record-mount.sh
#include "tools/dvr/record/clean_news.h"

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "libcommon/event/types.h"

namespace flu::dvr {

void CleanNews::tell(const Result<store::CleanReport>& report, MonotonicTime now) {
  if (!report) return problems_.add(report.error().message, now);
  for (const auto& deleted : report->deleted) {
    deleted_bytes_ += deleted.what.bytes;
    status_.event(event::kDvrDeletedFragments, {{"media", deleted.stream},
                                                {"root", root_},
                                                {"from", deleted.what.time.from.count() / 90'000},
                                                {"to", deleted.what.time.to.count() / 90'000},
                                                {"bytes", deleted.what.bytes},
                                                {"reason", deleted.reason}});
  }
  for (const auto& problem : report->problems) {
    problems_.add(fmt::format("clean {}: {}", problem.stream, problem.text), now);
  }
  std::string shortfalls;
  for (const auto& each : report->shortfalls) {
    shortfalls += fmt::format("{}{}{}{}", shortfalls.empty() ? "" : "; ", each.stream,
                              each.stream.empty() ? "" : ": ", each.text);
  }
  const bool is_news = std::exchange(shortfalls_, shortfalls) != shortfalls;
  if (is_news && !shortfalls.empty()) log_alert("a limit cannot be held: {}", shortfalls);
}

}  // namespace flu::dvr
