#pragma once

#include <cstddef>
#include <deque>
#include <optional>

#include "libcommon/base/clock.h"
#include "libcommon/media/time.h"

namespace flu::media {

// How late samples come against their media time, and where that leads: the earliest arrivals of
// each two seconds (or as said), and the line through them. Delays of the network only ever make a
// sample later, so the earliest ones show the sender's clock.
class ArrivalTrend {
 public:
  static constexpr std::chrono::seconds kBucket{2};
  static constexpr std::size_t kMaxBuckets = 60;

  explicit ArrivalTrend(std::chrono::seconds bucket = kBucket) : bucket_(bucket) {}

  struct Line {
    double slope = 0;  // seconds of lateness a second of real time
    double rms = 0;    // distance of the points from the line, seconds
    double span = 0;   // seconds from the first point to the last
    double step = 0;   // the largest between neighbours, seconds: of a step, all of the change
  };

  // `lateness` is arrival minus media time, against any fixed zero. True when a bucket has just
  // been closed.
  bool add(MonotonicTime arrival, Ticks lateness);

  // The line through the last `buckets` closed buckets; nullopt while there are fewer.
  [[nodiscard]] std::optional<Line> line(std::size_t buckets) const;

  [[nodiscard]] std::size_t buckets() const { return points_.size(); }
  [[nodiscard]] Ticks newest() const { return points_.back().lateness; }  // of buckets() > 0
  [[nodiscard]] Ticks earliest_of_last(std::size_t buckets) const;

  void clear();

 private:
  struct Point {
    MonotonicTime at;
    Ticks lateness;
  };

  std::chrono::seconds bucket_;
  std::deque<Point> points_;
  std::optional<MonotonicTime> open_since_;
  Point open_{};
};

}  // namespace flu::media
