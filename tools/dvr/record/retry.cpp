#include "tools/dvr/record/retry.h"

#include <algorithm>
#include <utility>

#include "tools/dvr/record/limits.h"

namespace flu::dvr {

bool Retry::failed(const std::string& reason, MonotonicTime now) {
  wait_ = std::clamp<MonotonicTime::duration>(wait_ * 2, kFirstRetry, kLastRetry);
  next_ = now + wait_;
  return std::exchange(reason_, reason) != reason;
}

bool Retry::succeeded() {
  wait_ = {};
  next_ = {};
  return !std::exchange(reason_, "").empty();
}

}  // namespace flu::dvr
