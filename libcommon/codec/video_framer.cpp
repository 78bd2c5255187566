#include "libcommon/codec/video_framer.h"

#include <algorithm>
#include <utility>

namespace flu::codec {
namespace {

constexpr std::size_t kPrefixBytes[] = {4, 3};  // of PictureParser::Framing

std::size_t prefix_size(PictureParser::Framing framing) {
  return kPrefixBytes[framing == PictureParser::Framing::kLengths ? 0 : 1];
}

void write_length(Buffer& data, std::size_t at) {
  const std::size_t length = data.size() - at - 4;
  for (std::size_t i = 0; i < 4; ++i) {
    data[at + i] = static_cast<std::uint8_t>(length >> (24 - 8 * i));
  }
}

}  // namespace

VideoFramer::VideoFramer(std::unique_ptr<PictureParser> parser)
    : parser_(std::move(parser)), scanner_(*this) {}

void VideoFramer::feed(Bytes payload, const EsTimes& times) {
  if (times.pts || times.dts) newest_ = {times, newest_.number + 1};
  scanner_.feed(payload);
}

void VideoFramer::note_loss() {
  if (has_begun_ || is_oversized_) ++counters_.bad_frames;
  scanner_.reset();
  clear();
  newest_.times = {};
}

void VideoFramer::flush() {
  scanner_.flush();
  if (boundary_) cut(boundary_->times);
  if (has_begun_) cut({});
  clear();
}

void VideoFramer::clear() {
  parser_->drop_picture();
  data_.clear();
  boundary_.reset();
  has_begun_ = false;
  is_oversized_ = false;
  is_placed_ = false;
  head_size_ = 0;
}

void VideoFramer::unit_begin() {
  head_size_ = 0;
  is_placed_ = false;
  is_kept_ = false;
  unit_ticket_ = newest_;
}

void VideoFramer::unit_bytes(Bytes bytes) {
  if (!is_placed_) {
    const std::size_t taken = std::min(bytes.size(), kUnitHead - head_size_);
    std::copy_n(bytes.begin(), taken, head_.begin() + static_cast<std::ptrdiff_t>(head_size_));
    head_size_ += taken;
    if (head_size_ < kUnitHead) return;
    place_unit();
    bytes = bytes.subspan(taken);
  }
  if (is_kept_ && has_room(bytes.size())) append(data_, bytes);
}

void VideoFramer::unit_zeros(std::size_t count) {
  while (!is_placed_ && count > 0) {
    head_[head_size_++] = 0;
    --count;
    if (head_size_ == kUnitHead) place_unit();
  }
  if (is_kept_ && has_room(count)) data_.insert(data_.end(), count, 0);
}

void VideoFramer::unit_end(std::size_t zeros) {
  if (!is_placed_) {
    if (head_size_ == 0) return;
    place_unit();
  }
  if (!is_kept_ || is_oversized_) return;
  const std::size_t prefix = prefix_size(parser_->framing());
  if (parser_->framing() == PictureParser::Framing::kLengths) {
    write_length(data_, unit_at_);
  } else if (has_room(zeros)) {
    // A slice of MPEG-2 video may end with a byte of zeros that are data.
    data_.insert(data_.end(), zeros, 0);
  } else {
    return;
  }
  parser_->end_unit(Bytes(data_).subspan(unit_at_ + prefix));
}

// The first unit of a sample takes the times of the PES packet in which it begins; no other sample
// of that packet gets them.
EsTimes VideoFramer::use_ticket() {
  if (newest_.number == unit_ticket_.number) newest_.times = {};
  return std::exchange(unit_ticket_.times, {});
}

bool VideoFramer::has_room(std::size_t more) {
  if (is_oversized_) return false;
  if (more <= kMaxAccessUnit && data_.size() <= kMaxAccessUnit - more) return true;
  is_oversized_ = true;
  data_.clear();
  data_.shrink_to_fit();
  boundary_.reset();
  return false;
}

void VideoFramer::place_unit() {
  const Bytes head(head_.data(), head_size_);
  is_placed_ = true;
  const UnitPlace place = parser_->place(head);
  switch (place) {
    case UnitPlace::kSame: break;
    case UnitPlace::kJoins:
      // A second field's own timestamp says nothing of the next sample.
      if (!boundary_) use_ticket();
      boundary_.reset();
      break;
    case UnitPlace::kUndecided:
      if (!boundary_ && has_begun_) boundary_ = Boundary{data_.size(), use_ticket()};
      break;
    case UnitPlace::kNext:
      if (has_begun_) cut(boundary_ ? boundary_->times : unit_ticket_.times);
      break;
  }
  if (!has_begun_) {
    has_begun_ = true;
    times_ = use_ticket();
  }
  parser_->begin_unit(head, place);
  const std::size_t prefix = prefix_size(parser_->framing());
  is_kept_ = parser_->keeps(head) && has_room(prefix + head.size());
  if (!is_kept_) return;
  unit_at_ = data_.size();
  if (parser_->framing() == PictureParser::Framing::kLengths) {
    data_.insert(data_.end(), 4, 0);
  } else {
    append(data_, std::array<std::uint8_t, 3>{0, 0, 1});
  }
  append(data_, head);
}

// Ends the sample in progress, at the boundary where there is one.
void VideoFramer::cut(const EsTimes& next_times) {
  Picture picture = parser_->take_picture();
  Buffer data;
  data.swap(data_);
  if (boundary_) {
    const Bytes rest = Bytes(data).subspan(boundary_->offset);
    data_.assign(rest.begin(), rest.end());
    data.resize(boundary_->offset);
  }
  const bool is_dropped = std::exchange(is_oversized_, false);
  has_begun_ = boundary_.has_value();
  boundary_.reset();
  if (is_dropped) ++counters_.bad_frames;
  if (picture.new_format) {
    clock_.set_frame(picture.new_format->nominal_duration, picture.positions_per_frame);
    queue_.set_format(*std::move(picture.new_format));
  }
  if (!is_dropped) emit(picture, std::move(data), next_times);
  times_ = next_times;
  data_.reserve(std::max(data_.size(), last_size_ + last_size_ / 4));
}

void VideoFramer::emit(const Picture& picture, Buffer data, const EsTimes& next_times) {
  if (!picture.has_slices) {
    counters_.skipped_bytes += data.size();
    return;
  }
  const auto times = clock_.stamp(times_, picture.order, next_times);
  const bool is_key = picture.sap != media::Sap::kNone;
  if (!times || !(has_started_ || is_key) || !queue_.newest()) {
    counters_.skipped_bytes += data.size();
    return;
  }
  if (!picture.missing_sets.empty()) {
    data.insert(data.begin(), picture.missing_sets.begin(), picture.missing_sets.end());
  }
  last_size_ = data.size();
  has_started_ = true;
  ++counters_.frames;
  media::Sample sample;
  sample.dts = times->dts;
  sample.cts = times->cts;
  sample.duration = times->duration;
  sample.sap = picture.sap;
  sample.data = std::move(data);
  queue_.push(std::move(sample));
}

}  // namespace flu::codec
