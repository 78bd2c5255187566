#include "tools/serve/live/ring_reader.h"

#include <algorithm>
#include <utility>

#include "tools/serve/limits.h"

namespace flu::serve {
namespace {

iovec piece(const Buffer& chunk, std::size_t offset) {
  return {const_cast<std::uint8_t*>(chunk.data()) + offset, chunk.size() - offset};
}

}  // namespace

RingReader::RingReader(const ChunkRing& ring, std::optional<media::Ticks> prepush)
    : ring_(&ring), number_(ring.end()), waits_for_start_(prepush == media::Ticks(0)) {
  if (waits_for_start_) return;
  number_ = ring.start_behind(prepush.value_or(media::Ticks(0))).value_or(number_);
}

std::size_t RingReader::next_pieces(std::span<iovec> pieces, MonotonicTime now) {
  if (waits_for_start_ && !take_start()) return 0;
  std::size_t count = 0;
  std::uint64_t number = number_;
  if (started_ != nullptr && !pieces.empty()) {
    pieces[count++] = piece(*started_, offset_);
    if (!is_started_resumption_) ++number;
  }
  if (number < ring_->first() && (count > 0 || !skip(number, now))) return count;
  if (resumption_ != nullptr && count < pieces.size()) pieces[count++] = piece(*resumption_, 0);
  for (; count < pieces.size() && number != last_start(); ++number) {
    const ChunkRing::Chunk* chunk = ring_->find(number);
    if (chunk == nullptr) break;
    pieces[count++] = piece(**chunk, 0);
  }
  return count;
}

void RingReader::sent(std::size_t bytes) {
  while (bytes > 0) {
    if (started_ == nullptr && resumption_ == nullptr) {
      const Buffer& whole = **ring_->find(number_);
      if (bytes >= whole.size()) {  // nothing to hold
        bytes -= whole.size();
        ++number_;
        continue;
      }
    }
    if (started_ == nullptr) {
      is_started_resumption_ = resumption_ != nullptr;
      started_ = is_started_resumption_ ? resumption_ : *ring_->find(number_);
      resumption_.reset();
      offset_ = 0;
    }
    const std::size_t now = std::min(bytes, started_->size() - offset_);
    offset_ += now;
    bytes -= now;
    if (offset_ < started_->size()) break;
    started_.reset();
    if (!std::exchange(is_started_resumption_, false)) ++number_;
  }
}

void RingReader::finish() {
  if (!finish_after_) finish_after_ = ring_->newest_start().value_or(0);
}

bool RingReader::is_over() const {
  return is_too_slow_ || (started_ == nullptr && number_ == last_start());
}

// Nothing of what was there before the client: on with the next start.
bool RingReader::take_start() {
  const auto start = ring_->next_start(number_);
  if (!start) return false;
  number_ = *start;
  waits_for_start_ = false;
  return true;
}

// The one that is not sent any more.
std::optional<std::uint64_t> RingReader::last_start() const {
  if (!finish_after_) return std::nullopt;
  const auto start = ring_->newest_start();
  return start && *start > *finish_after_ ? start : std::nullopt;
}

// What was next is gone: on to the newest start. False when there is none, or when this happened
// too often.
bool RingReader::skip(std::uint64_t& number, MonotonicTime now) {
  if (now - skipped_at_ > kSkipWindow) skips_ = 0;
  const auto start = ring_->newest_start();
  if (!start) return false;
  skipped_at_ = now;
  if (++skips_ > kMaxSkips) {
    is_too_slow_ = true;
    return false;
  }
  number = number_ = *start;
  resumption_ = ring_->resumption();
  return true;
}

}  // namespace flu::serve
