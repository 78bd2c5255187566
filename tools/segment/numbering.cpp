#include "tools/segment/numbering.h"

#include <algorithm>
#include <chrono>

namespace flu::hub {

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
    numbers.disc_seq = numbers.seq;
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
