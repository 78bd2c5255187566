#pragma once

#include <string>

#include "libcommon/base/clock.h"

namespace flu::dvr {

// When something that failed is tried again, and whether that is news.
class Retry {
 public:
  // True: it did not fail before, or for another reason.
  bool failed(const std::string& reason, MonotonicTime now);
  // True: it had failed.
  bool succeeded();

  [[nodiscard]] bool is_failing() const { return !reason_.empty(); }
  [[nodiscard]] bool is_due(MonotonicTime now) const { return now >= next_; }
  [[nodiscard]] const std::string& reason() const { return reason_; }

 private:
  std::string reason_;
  MonotonicTime next_{};
  MonotonicTime::duration wait_{};
};

}  // namespace flu::dvr
