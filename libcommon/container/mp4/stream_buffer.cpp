#include "libcommon/container/mp4/stream_buffer.h"

#include <algorithm>
#include <cstring>

#include "libcommon/base/check.h"

namespace flu::container {
namespace {

constexpr std::size_t kSmallest = std::size_t{64} << 10;
// What is kept for good; a rare large frame gives its memory back.
constexpr std::size_t kKept = std::size_t{4} << 20;

}  // namespace

std::span<std::uint8_t> StreamBuffer::prepare(std::size_t wanted) {
  const std::size_t used = end_ - begin_;
  if (used == 0) begin_ = end_ = 0;
  const std::size_t needed = used + wanted;
  if (capacity_ > kKept && needed <= kKept / 4) {
    move_to(kKept / 4);
  } else if (wanted > capacity_ - end_) {
    // Moving what is held costs little only while it is a small part of the room.
    const bool fits = needed <= capacity_ && used <= capacity_ / 2;
    move_to(fits ? capacity_ : std::max(kSmallest, needed + used));
  }
  return {bytes_.get() + end_, capacity_ - end_};
}

void StreamBuffer::commit(std::size_t count) {
  FLU_CHECK(count <= capacity_ - end_);
  end_ += count;
}

void StreamBuffer::consume(std::size_t count) {
  FLU_CHECK(count <= end_ - begin_);
  begin_ += count;
  position_ += count;
}

void StreamBuffer::move_to(std::size_t capacity) {
  const std::size_t used = end_ - begin_;
  if (capacity == capacity_) {
    std::memmove(bytes_.get(), bytes_.get() + begin_, used);
  } else {
    auto larger = std::make_unique_for_overwrite<std::uint8_t[]>(capacity);
    if (used > 0) std::memcpy(larger.get(), bytes_.get() + begin_, used);
    bytes_ = std::move(larger);
    capacity_ = capacity;
  }
  begin_ = 0;
  end_ = used;
}

}  // namespace flu::container
