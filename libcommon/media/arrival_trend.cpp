#include "libcommon/media/arrival_trend.h"

#include <algorithm>
#include <cmath>

namespace flu::media {
namespace {

double seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace

bool ArrivalTrend::add(MonotonicTime arrival, Ticks lateness) {
  const bool is_closing = open_since_ && arrival - *open_since_ >= bucket_;
  if (is_closing) {
    points_.push_back(open_);
    if (points_.size() > kMaxBuckets) points_.pop_front();
    open_since_.reset();
  }
  if (!open_since_) {
    open_since_ = arrival;
    open_ = {arrival, lateness};
  } else if (lateness < open_.lateness) {
    open_ = {arrival, lateness};
  }
  return is_closing;
}

std::optional<ArrivalTrend::Line> ArrivalTrend::line(std::size_t buckets) const {
  if (buckets < 2 || points_.size() < buckets) return std::nullopt;
  const auto first = points_.end() - static_cast<std::ptrdiff_t>(buckets);
  // Relative to the first point, where a double is exact.
  const auto x_of = [&](const Point& point) { return seconds(point.at - first->at); };
  const auto y_of = [&](const Point& point) {
    return std::chrono::duration<double>(point.lateness - first->lateness).count();
  };
  const auto count = static_cast<double>(buckets);
  double mean_x = 0;
  double mean_y = 0;
  for (auto it = first; it != points_.end(); ++it) {
    mean_x += x_of(*it) / count;
    mean_y += y_of(*it) / count;
  }
  double xx = 0;
  double xy = 0;
  double yy = 0;
  for (auto it = first; it != points_.end(); ++it) {
    const double dx = x_of(*it) - mean_x;
    const double dy = y_of(*it) - mean_y;
    xx += dx * dx;
    xy += dx * dy;
    yy += dy * dy;
  }
  if (xx <= 0) return std::nullopt;
  Line out;
  out.slope = xy / xx;
  out.rms = std::sqrt(std::max(0.0, yy - out.slope * xy) / count);
  out.span = x_of(points_.back());
  for (auto it = first + 1; it != points_.end(); ++it) {
    out.step = std::max(out.step, std::abs(y_of(*it) - y_of(*(it - 1))));
  }
  return out;
}

Ticks ArrivalTrend::earliest_of_last(std::size_t buckets) const {
  Ticks out = points_.back().lateness;
  const std::size_t from = points_.size() - std::min(buckets, points_.size());
  for (std::size_t i = from; i < points_.size(); ++i) out = std::min(out, points_[i].lateness);
  return out;
}

void ArrivalTrend::clear() {
  points_.clear();
  open_since_.reset();
}

}  // namespace flu::media
