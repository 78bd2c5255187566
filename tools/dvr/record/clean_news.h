#pragma once

#include <cstdint>
#include <string>

#include "libcommon/base/clock.h"
#include "libcommon/base/log.h"
#include "libcommon/base/result.h"
#include "libcommon/service/status.h"
#include "libcommon/store/archive_cleaner.h"

namespace flu::dvr {

// Tells what a recorder has deleted, and once what it could not.
class CleanNews {
 public:
  // Both outlive it.
  CleanNews(service::StatusReporter& status, const std::string& root)
      : status_(status), root_(root) {}

  void tell(const Result<store::CleanReport>& report, MonotonicTime now);

  [[nodiscard]] std::uint64_t deleted_bytes() const { return deleted_bytes_; }

 private:
  service::StatusReporter& status_;
  const std::string& root_;
  RateLimitedLog problems_{LogLevel::kAlert};
  std::string shortfalls_;
  std::uint64_t deleted_bytes_ = 0;
};

}  // namespace flu::dvr
