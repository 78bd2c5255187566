#include "tools/ingest/failover.h"

#include <algorithm>

namespace flu::ingest {

std::optional<Failover::Next> Failover::ended(bool had_frames) {
  if (had_frames) {
    failures_ = 0;
    pause_ = kFirstPause;
  } else {
    ++failures_;
    if (retry_limit_ != 0 && failures_ >= retry_limit_) return std::nullopt;
  }
  current_ = (current_ + 1) % sources_;
  Next next{current_, std::chrono::milliseconds{0}};
  const bool is_round_done = sources_ == 1 || (failures_ != 0 && failures_ % sources_ == 0);
  if (is_round_done) {
    next.pause = pause_;
    if (failures_ != 0) pause_ = std::min(pause_ * 2, kMaxPause);
  }
  return next;
}

}  // namespace flu::ingest
