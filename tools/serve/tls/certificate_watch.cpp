#include "tools/serve/tls/certificate_watch.h"

#include <chrono>

#include <fmt/format.h>

#include "libcommon/base/log.h"
#include "libcommon/wire/http/date.h"

namespace flu::serve {
namespace {

using Days = std::chrono::duration<std::int64_t, std::ratio<86'400>>;

constexpr Days kSoon{14};

void tell(const std::string& line, bool is_trouble) {
  if (is_trouble) {
    log_alert("https: {}", line);
  } else {
    log_info("https: {}", line);
  }
}

std::int64_t seconds_of(WallTime time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

}  // namespace

CertificateWatch::CertificateWatch(const TlsSettings& settings)
    : is_strict_(!settings.files.empty()), certificates_(settings, tell) {}

Result<void> CertificateWatch::start(MonotonicTime now, WallTime wall) {
  certificates_.refresh(now);
  if (const std::string trouble = certificates_.trouble(); is_strict_ && !trouble.empty()) {
    return fail(ErrorCode::kInvalidArgument, "--tls-cert: " + trouble);
  }
  tick(now, wall);
  return {};
}

void CertificateWatch::tick(MonotonicTime now, WallTime wall) {
  certificates_.refresh(now);
  const bool has_none = certificates_.identities().empty();
  if (has_none && !has_none_) {
    log_alert("https: {}; until then clients are refused", certificates_.trouble());
  }
  has_none_ = has_none;
  warn_of_dates(wall);
}

// Once a day each.
void CertificateWatch::warn_of_dates(WallTime wall) {
  const auto day = std::chrono::duration_cast<Days>(wall.time_since_epoch()).count();
  for (const auto& report : certificates_.reports()) {
    if (report.until == WallTime{} || report.until > wall + kSoon) continue;
    std::int64_t& last = warned_[report.file];
    if (last == day) continue;
    last = day;
    log_alert("https: certificate {} {} on {}", report.file,
              report.until <= wall ? "is out of date, browsers refuse it: it ended" : "ends soon,",
              wire::write_http_date(report.until));
  }
}

nlohmann::json CertificateWatch::state(WallTime wall) const {
  nlohmann::json out = nlohmann::json::array();
  for (const auto& report : certificates_.reports()) {
    nlohmann::json one{{"file", report.file}, {"names", report.names}};
    if (report.until != WallTime{}) {
      one["valid_until"] = seconds_of(report.until);
      one["is_valid"] = report.until > wall;
    }
    if (!report.trouble.empty()) one["error"] = report.trouble;
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace flu::serve
