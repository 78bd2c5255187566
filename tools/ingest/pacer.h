#pragma once

#include <deque>
#include <optional>

#include "libcommon/base/clock.h"
#include "libcommon/media/sample.h"
#include "libcommon/media/timeline.h"
#include "tools/ingest/source.h"

namespace flu::ingest {

// Holds what was read from a file until it is due, as if it came in real time. Pure.
class Pacer {
 public:
  // What was read now; emptied. The first that is ever added is due at once.
  void add(Units& units, MonotonicTime now);

  // The file begins again with what is added next; no time passes between.
  void restart();

  struct Due {
    Units units;
    bool is_restart = false;  // in front of them
  };
  // What is due, up to a restart; nullopt: nothing.
  std::optional<Due> take(MonotonicTime now);

  // When take() will have something; nullopt: nothing is held.
  [[nodiscard]] std::optional<MonotonicTime> next() const;

  [[nodiscard]] bool empty() const { return queue_.empty(); }
  [[nodiscard]] std::size_t held_bytes() const { return bytes_; }
  // Of what was added last, after `now`.
  [[nodiscard]] MonotonicTime::duration ahead(MonotonicTime now) const;

 private:
  [[nodiscard]] std::optional<MonotonicTime> due(const media::Unit& unit);

  struct Waiting {
    media::Unit unit;
    std::optional<MonotonicTime> due;  // none: with what is in front of it
    bool is_restart = false;
  };

  std::deque<Waiting> queue_;
  std::size_t bytes_ = 0;
  media::Timeline pace_{media::Pacing::kFree};
  std::optional<media::Timestamp> pace_start_;
  std::optional<MonotonicTime> start_;
  MonotonicTime newest_{};
  bool is_restart_pending_ = false;
};

}  // namespace flu::ingest
