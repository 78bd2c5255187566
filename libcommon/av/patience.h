#pragma once

#include <atomic>
#include <chrono>

#include "libcommon/base/clock.h"

namespace flu::av {

// How long a call of libav may take: it asks again and again while it waits.
class Patience {
 public:
  // `stop`, which may be null, is set by a signal and outlives this.
  explicit Patience(const std::atomic<bool>* stop) : stop_(stop) {}

  void begin(std::chrono::milliseconds longest) {
    longest_ = longest;
    deadline_ = monotonic_now() + longest;
  }
  // For good: nothing that comes can be of use.
  void give_up() { has_given_up_ = true; }
  [[nodiscard]] bool is_stopped() const { return stop_ != nullptr && stop_->load(); }
  [[nodiscard]] bool is_over() const {
    return is_stopped() || has_given_up_ || monotonic_now() >= deadline_;
  }
  [[nodiscard]] std::chrono::milliseconds longest() const { return longest_; }

  // libav's AVIOInterruptCB.
  static int ask(void* patience) { return static_cast<Patience*>(patience)->is_over() ? 1 : 0; }

 private:
  const std::atomic<bool>* stop_;
  std::chrono::milliseconds longest_{0};
  MonotonicTime deadline_{};
  bool has_given_up_ = false;
};

}  // namespace flu::av
