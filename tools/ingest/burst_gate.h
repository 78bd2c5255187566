#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "libcommon/base/clock.h"
#include "libcommon/media/start_burst.h"
#include "tools/ingest/source.h"

namespace flu::ingest {

// Holds what a server sends at once to who connects (media::StartBurst), and gives it as one.
//
// Also says when a server gives a file as fast as it is read: it is then read in real time. Pure.
class BurstGate {
 public:
  static constexpr std::chrono::milliseconds kLook{100};  // when nothing comes
  static constexpr std::chrono::seconds kMaxMedia{9};     // Timeline puts 10 s before the arrival
  static constexpr std::size_t kMaxBytes = std::size_t{16} << 20;  // then all is given
  // Read no further ahead of real time than this. More than live servers have as a burst.
  static constexpr std::chrono::seconds kMaxAhead{10};

  // Takes `units` in; empties them.
  void add(Units& units, MonotonicTime now);

  // What is to be given now; empty while it is held, which it is not at the end.
  Units take(MonotonicTime now, bool is_end = false);

  // While something is held: when to call take() although nothing has come.
  [[nodiscard]] std::optional<MonotonicTime> deadline(MonotonicTime now) const;

  // How long nothing is to be read, so that a file is not read faster than it plays.
  [[nodiscard]] std::chrono::milliseconds pause(MonotonicTime now);
  // It was once so far ahead that it had to be held back.
  [[nodiscard]] bool is_file() const { return is_file_; }

  // How long what came would still play, had it been played since it began to come.
  [[nodiscard]] std::chrono::milliseconds unplayed(MonotonicTime now) const;

 private:
  void note(const media::Sample& sample, MonotonicTime now);

  media::StartBurst burst_;
  bool is_open_ = false;
  bool is_file_ = false;
  Units held_;
  std::size_t held_bytes_ = 0;
  std::optional<std::uint32_t> track_;  // the first that came is the measure
  media::Timestamp newest_{0};
  media::Timestamp first_{0};
  MonotonicTime since_{};
  // Once open: this media time belongs to that moment.
  media::Timestamp reference_{0};
  MonotonicTime reference_time_{};
};

}  // namespace flu::ingest
