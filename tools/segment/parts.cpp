#include "tools/segment/parts.h"

namespace flu::hub {
namespace {

constexpr media::Ticks kShortestPart{29'700};  // 0.33 s

}  // namespace

void Parts::begin(std::uint32_t seq, std::uint32_t disc_seq, std::uint64_t offset) {
  current_.clear();
  is_open_ = false;
  part_ = {};
  part_.type = segment::RecordType::kPart;
  part_.seq = seq;
  part_.disc_seq = disc_seq;
  part_.offset = offset;
}

std::optional<segment::IndexRecord> Parts::add(media::Timestamp pts, media::Ticks duration,
                                               media::Sap sap, std::uint64_t end) {
  if (target_.count() == 0 && duration.count() > 0) {
    frame_ = duration;
    target_ = duration * ((kShortestPart + duration - media::Ticks(1)) / duration);
  }
  if (!is_open_) {
    is_open_ = true;
    part_.start = pts;
    part_.sap = static_cast<std::uint8_t>(sap);
    part_.duration = 0;
  }
  part_.duration += static_cast<std::uint32_t>(duration.count());
  // Durations of single frames are rounded to ticks: half a frame tells whether one more fits.
  if (media::Ticks(part_.duration) + frame_ / 2 < target_) return std::nullopt;
  return complete(end);
}

std::optional<segment::IndexRecord> Parts::end(std::uint64_t end) {
  return is_open_ ? complete(end) : std::nullopt;
}

std::optional<segment::IndexRecord> Parts::complete(std::uint64_t end) {
  part_.size = static_cast<std::uint32_t>(end - part_.offset);
  is_open_ = false;
  current_.push_back(part_);
  part_.offset = end;
  return current_.back();
}

}  // namespace flu::hub
