#include "libcommon/media/burst_drift.h"

#include <algorithm>
#include <cmath>

namespace flu::media {
namespace {

constexpr std::size_t kErrorBuckets = 4;   // 2 min: some bursts of the longest segments
constexpr std::size_t kSlopeBuckets = 20;  // 10 min
constexpr double kMinSlope = 100e-6;       // below, nothing is slewed
constexpr double kStandsOut = 4;           // change against rms: five sigma with 20 points
constexpr double kErrorSeconds = 600;      // in which an error is taken back
constexpr double kIgnoredError = 2;        // seconds: bursts come as much earlier or later
constexpr Ticks kBehind{10 * 90'000};
constexpr Ticks kMaxEarly{10 * 90'000};  // the first burst may have been fetched late
constexpr double kMaxSlew = 0.01;

}  // namespace

std::optional<BurstDrift::Verdict> BurstDrift::add(MonotonicTime arrival, Ticks lateness,
                                                   Ticks error) {
  const bool is_closed = trend_.add(arrival, lateness);
  if (is_closed && least_error_) {
    errors_.push_back(*least_error_);
    if (errors_.size() > kErrorBuckets) errors_.pop_front();
  }
  least_error_ = is_closed ? error : std::min(least_error_.value_or(error), error);
  if (!is_closed || errors_.size() < kErrorBuckets) return std::nullopt;
  return judge();
}

BurstDrift::Verdict BurstDrift::judge() {
  const Ticks least = *std::min_element(errors_.begin(), errors_.end());
  if (!normal_error_) normal_error_ = std::clamp(least, -kMaxEarly, Ticks{0});
  const Ticks error = least - *normal_error_;
  Verdict out;
  if (error > kBehind) {
    out.stood_still_for = error;
    return out;
  }
  const auto line = trend_.line(trend_.buckets());
  if (!line) return out;
  if (trend_.buckets() >= kSlopeBuckets && std::abs(line->slope) > kMinSlope &&
      std::abs(line->slope * line->span) > kStandsOut * line->rms) {
    out.rate = line->slope;
  }
  const double off = std::chrono::duration<double>(error).count();
  if (std::abs(off) > std::max(kIgnoredError, 2 * line->rms)) out.rate += off / kErrorSeconds;
  out.rate = std::clamp(out.rate, -kMaxSlew, kMaxSlew);
  return out;
}

void BurstDrift::clear() {
  trend_.clear();
  least_error_.reset();
  errors_.clear();
  normal_error_.reset();
}

}  // namespace flu::media
