#include "tools/segment/numbering.h"

#include <algorithm>
#include <chrono>

namespace flu::hub {
namespace {

// Where disc_seq begins without any number before: UTC minutes since 2025. It may not go back when
// a window is lost, so it must grow with time; but it is small, since hls.js keeps an array by this
// number and walks it at each segment: at the UTC second of 2026 that is a minute of its time.
std::uint32_t first_disc_seq(media::Timestamp start) {
  constexpr std::chrono::sys_days kBegin{std::chrono::year{2025} / 1 / 1};
  const auto passed = std::chrono::floor<std::chrono::minutes>(start) - kBegin.time_since_epoch();
  return static_cast<std::uint32_t>(std::max<std::int64_t>(0, passed.count()));
}

}  // namespace

void Numbering::resume(const segment::IndexRecord& last) {
  last_ = Last{last.seq, last.disc_seq};
  is_marked_ = true;
}

std::optional<std::uint32_t> Numbering::last_seq() const {
  if (!last_) return std::nullopt;
  return last_->seq;
}

Numbering::Numbers Numbering::next(media::Timestamp start, const container::FragmentInfo* given) {
  Numbers numbers;
  const bool is_given = given != nullptr && (!last_ || given->seq > last_->seq);
  if (is_given) {
    // The hub before this one knows where the stream broke; this one's own troubles are holes.
    numbers.seq = given->seq;
    numbers.disc_seq = last_ ? std::max(given->disc_seq, last_->disc_seq) : given->disc_seq;
    numbers.is_discontinuity = (given->flags & container::kDiscont) != 0;
  } else if (!last_) {
    const auto second = std::chrono::floor<std::chrono::seconds>(start).count();
    numbers.seq = static_cast<std::uint32_t>(second);
    numbers.disc_seq = first_disc_seq(start);
  } else {
    const bool is_told = given != nullptr && (given->flags & container::kDiscont) != 0;
    numbers.is_discontinuity = is_marked_ || is_told;
    numbers.seq = last_->seq + 1;
    numbers.disc_seq = last_->disc_seq + (numbers.is_discontinuity ? 1 : 0);
  }
  last_ = Last{numbers.seq, numbers.disc_seq};
  is_marked_ = false;
  return numbers;
}

}  // namespace flu::hub
