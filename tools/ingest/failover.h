#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

namespace flu::ingest {

// Which source plays, which comes next and after what pause, and which better one is looked at
// meanwhile. Pure.
//
// Sources are tried in order. One that fails without having given a frame is followed by the next
// at once; when all have failed in a row, the backup plays where there is one, else the list is
// tried again from the start after a pause that grows from 0.5 s to 10 s. After one that did play,
// the next is tried at once and the count begins anew; a single source is tried again after 0.5 s.
// (A socket that was closed by its peer would otherwise be opened thousands of times a second.)
//
// While a source plays, those of a smaller priority number are checked one after another, every
// 10 s; while the backup plays, all of them, as fast as above.
class Failover {
 public:
  static constexpr std::chrono::milliseconds kFirstPause{500};
  static constexpr std::chrono::milliseconds kMaxPause{10'000};
  static constexpr std::chrono::milliseconds kCheckPause{10'000};

  // Of one priority a source, the best (the smallest number) first. `retry_limit` 0: never gives
  // up.
  Failover(std::vector<unsigned> priorities, unsigned retry_limit, bool has_backup);

  struct Next {
    std::size_t source = 0;
    std::chrono::milliseconds pause{0};
  };

  [[nodiscard]] std::size_t current() const { return current_; }
  [[nodiscard]] std::size_t backup() const { return priorities_.size(); }
  [[nodiscard]] bool is_on_backup() const { return current_ == backup(); }
  [[nodiscard]] unsigned failures() const { return failures_; }  // in a row

  // The current source has ended. nullopt: give up.
  std::optional<Next> ended(bool had_frames);

  // What is to be checked beside the current source, and when; nullopt: nothing is better.
  [[nodiscard]] std::optional<Next> next_check() const;

  // It has failed, and the next is due. False: give up.
  bool check_failed();

  // From now on `source` plays: a check that succeeded, the backup, or what an operator chose,
  // which stays until it ends.
  void switched(std::size_t source, bool is_chosen = false);

 private:
  [[nodiscard]] bool is_better(std::size_t source) const;
  [[nodiscard]] bool is_exhausted() const;
  std::chrono::milliseconds round_pause();

  std::vector<unsigned> priorities_;
  unsigned retry_limit_;
  bool has_backup_;
  bool is_chosen_ = false;
  std::size_t current_ = 0;
  std::size_t check_ = 0;  // the next to be checked
  unsigned failures_ = 0;
  std::chrono::milliseconds pause_ = kFirstPause;
};

}  // namespace flu::ingest
