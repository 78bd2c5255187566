#include "libcommon/codec/h264_picture.h"

#include <utility>

#include "libcommon/codec/limits.h"

namespace flu::codec {
namespace {

bool is_slice(H264Unit unit) {
  return unit == H264Unit::kSlice || unit == H264Unit::kPartitionA || unit == H264Unit::kIdr;
}

}  // namespace

bool H264PictureParser::keeps(Bytes head) const {
  const H264Unit unit = h264_unit(head[0]);
  return unit != H264Unit::kDelimiter && unit != H264Unit::kFiller;
}

bool H264PictureParser::may_get_second_field() const {
  return current_.first && current_.first->is_field && !current_.has_second_field;
}

UnitPlace H264PictureParser::place(Bytes head) const {
  const H264Unit unit = h264_unit(head[0]);
  if (!current_.has_slices) return UnitPlace::kSame;
  if (is_slice(unit)) return place_slice(head);
  // A prefix NAL unit goes with the slice behind it, which may be of either picture.
  if (unit == H264Unit::kPrefix) return UnitPlace::kUndecided;
  const auto type = static_cast<unsigned>(unit);
  const bool is_start = (type >= 6 && type <= 9) || (type >= 15 && type <= 18);
  if (!is_start) return UnitPlace::kSame;
  return following_ || may_get_second_field() ? UnitPlace::kUndecided : UnitPlace::kNext;
}

UnitPlace H264PictureParser::place_slice(Bytes head) const {
  const UnitPlace same = following_ ? UnitPlace::kJoins : UnitPlace::kSame;
  const auto slice = parse_h264_slice(head, sets_);
  if (!slice || !current_.first) {
    // first_mb_in_slice is the first bit of the header when it is 0.
    return head.size() > 1 && (head[1] & 0x80) != 0 ? UnitPlace::kNext : same;
  }
  const H264Sps& sps = *sets_.find_sps_of_pps(slice->pps_id);
  if (!begins_h264_picture(*current_.first, *slice, sps)) return same;
  const bool completes =
      !current_.has_second_field && completes_h264_frame(*current_.first, *slice);
  return completes ? UnitPlace::kJoins : UnitPlace::kNext;
}

void H264PictureParser::begin_unit(Bytes head, UnitPlace place) {
  if (place == UnitPlace::kUndecided && !following_) following_ = State{};
  if (place == UnitPlace::kJoins && following_) {
    current_.in_band.sps.merge(following_->in_band.sps);
    current_.in_band.pps.merge(following_->in_band.pps);
    following_.reset();
  }
  if (is_slice(h264_unit(head[0]))) begin_slice(head);
}

void H264PictureParser::begin_slice(Bytes head) {
  State& state = target();
  const bool is_first = !state.has_slices;
  state.has_slices = true;
  const auto slice = parse_h264_slice(head, sets_);
  if (!slice) {
    state.is_intra = false;
    return;
  }
  if (is_first) {
    state.first = slice;
    state.is_key_field = slice->is_idr;
    const H264Sps& sps = *sets_.find_sps_of_pps(slice->pps_id);
    if (sps.order_count_type == 0) {
      state.order = PictureOrder{order_.next(*slice, sps), slice->is_idr};
    }
  } else if (state.first && state.first->is_field && slice->is_field &&
             slice->is_bottom != state.first->is_bottom) {
    state.has_second_field = true;
    state.first = slice;
  }
  if (!state.has_second_field && !slice->is_intra()) state.is_intra = false;
}

void H264PictureParser::end_unit(Bytes unit) {
  switch (h264_unit(unit[0])) {
    case H264Unit::kSps:
      if (const auto sps = parse_h264_sps(unit)) sets_.keep_sps(unit, *sps, target().in_band);
      break;
    case H264Unit::kPps:
      if (const auto pps = parse_h264_pps(unit)) sets_.keep_pps(unit, *pps, target().in_band);
      break;
    case H264Unit::kSei:
      if (has_h264_recovery_point(unit)) target().has_recovery_point = true;
      break;
    default: break;
  }
}

// The format and the parameter sets that a decoder needs to begin here.
void H264PictureParser::finish_key(const State& state, Picture& picture) {
  const H264Pps* const active = sets_.find_pps(state.first->pps_id);
  if (active == nullptr) return;
  const auto sps = sets_.sps.find(active->sps_id);
  if (sps == sets_.sps.end()) return;
  sets_.append_missing(active->sps_id, state.in_band, picture.missing_sets);
  picture.sap = state.is_key_field ? media::Sap::kClosed : media::Sap::kOpen;
  if (sps->second.nal != described_sps_) {
    described_sps_ = sps->second.nal;
    picture.new_format = make_h264_track(sets_, active->sps_id);
    picture.positions_per_frame = 2;
  }
}

bool H264PictureParser::is_key(const State& state) {
  if (state.is_key_field || state.is_sync || (state.is_intra && state.has_recovery_point)) {
    without_key_ = 0;
    return true;
  }
  if (without_key_ < kPicturesWithoutKey) {
    ++without_key_;
    return false;
  }
  return state.is_intra || state.has_recovery_point;
}

std::optional<media::Track> H264PictureParser::first_format() const {
  if (sets_.sps.empty()) return std::nullopt;
  return make_h264_track(sets_, sets_.sps.begin()->first);
}

Picture H264PictureParser::take_picture() {
  const State state = std::exchange(current_, following_ ? *std::move(following_) : State{});
  following_.reset();
  Picture picture;
  picture.has_slices = state.has_slices;
  picture.order = state.order;
  if (state.first && is_key(state)) finish_key(state, picture);
  return picture;
}

void H264PictureParser::drop_picture() {
  current_ = {};
  following_.reset();
}

}  // namespace flu::codec
