#include "tools/ingest/failover.h"

#include <algorithm>
#include <utility>

namespace flu::ingest {

Failover::Failover(std::vector<unsigned> priorities, unsigned retry_limit, bool has_backup)
    : priorities_(std::move(priorities)), retry_limit_(retry_limit), has_backup_(has_backup) {}

std::optional<Failover::Next> Failover::ended(bool had_frames) {
  is_chosen_ = false;
  check_ = 0;
  if (had_frames && !is_on_backup()) {
    failures_ = 0;
    pause_ = kFirstPause;
  } else {
    ++failures_;
    if (is_exhausted()) return std::nullopt;
  }
  const std::size_t count = priorities_.size();
  const bool was_on_backup = is_on_backup();
  const bool is_round_done =
      was_on_backup || count == 1 || (failures_ != 0 && failures_ % count == 0);
  current_ = (current_ + 1) % (was_on_backup ? current_ + 1 : count);
  if (!is_round_done) return Next{current_, std::chrono::milliseconds{0}};
  if (has_backup_ && failures_ != 0 && !was_on_backup) {
    current_ = backup();
    return Next{current_, std::chrono::milliseconds{0}};
  }
  return Next{current_, round_pause()};
}

std::chrono::milliseconds Failover::round_pause() {
  const auto pause = pause_;
  if (failures_ != 0) pause_ = std::min(pause_ * 2, kMaxPause);
  return pause;
}

bool Failover::is_exhausted() const {
  return retry_limit_ != 0 && failures_ >= retry_limit_;
}

bool Failover::is_better(std::size_t source) const {
  return is_on_backup() || priorities_[source] < priorities_[current_];
}

// The better ones stand at the beginning.
std::optional<Failover::Next> Failover::next_check() const {
  if (is_chosen_ || !is_better(0)) return std::nullopt;
  if (check_ != 0) return Next{check_, std::chrono::milliseconds{0}};
  return Next{check_, is_on_backup() ? pause_ : kCheckPause};
}

bool Failover::check_failed() {
  ++check_;
  const bool is_round_done = check_ >= priorities_.size() || !is_better(check_);
  if (is_round_done) check_ = 0;
  if (!is_on_backup()) return true;
  ++failures_;
  if (is_round_done) round_pause();
  return !is_exhausted();
}

void Failover::switched(std::size_t source, bool is_chosen) {
  current_ = source;
  is_chosen_ = is_chosen;
  check_ = 0;
}

}  // namespace flu::ingest
