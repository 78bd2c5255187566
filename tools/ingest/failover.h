#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

namespace flu::ingest {

// Which source plays next, and after what pause. Pure.
//
// Sources are tried in order. One that fails without having given a frame is followed by the next
// at once; when all have failed in a row, the list is tried again from the start after a pause
// that grows from 0.5 s to 10 s. After one that did play, the next is tried at once and the count
// begins anew; a single source is tried again after 0.5 s. (A socket that was closed by its peer
// would otherwise be opened thousands of times a second.)
class Failover {
 public:
  static constexpr std::chrono::milliseconds kFirstPause{500};
  static constexpr std::chrono::milliseconds kMaxPause{10'000};

  // `retry_limit` 0: never gives up.
  Failover(std::size_t sources, unsigned retry_limit)
      : sources_(sources), retry_limit_(retry_limit) {}

  struct Next {
    std::size_t source = 0;
    std::chrono::milliseconds pause{0};
  };

  [[nodiscard]] std::size_t current() const { return current_; }

  // The current source has ended. nullopt: give up.
  std::optional<Next> ended(bool had_frames);

  [[nodiscard]] unsigned failures() const { return failures_; }  // in a row

 private:
  std::size_t sources_;
  unsigned retry_limit_;
  std::size_t current_ = 0;
  unsigned failures_ = 0;
  std::chrono::milliseconds pause_ = kFirstPause;
};

}  // namespace flu::ingest
