#include "libcommon/codec/mpeg2_picture.h"

#include <utility>

namespace flu::codec {
namespace {

// Start code values (ISO 13818-2 table 6-1).
constexpr std::uint8_t kPicture = 0x00;
constexpr std::uint8_t kFirstSlice = 0x01;
constexpr std::uint8_t kLastSlice = 0xAF;
constexpr std::uint8_t kSequenceHeader = 0xB3;
constexpr std::uint8_t kExtension = 0xB5;
constexpr std::uint8_t kGroup = 0xB8;

constexpr unsigned kPictureCodingExtension = 8;
constexpr unsigned kIntra = 1;

bool is_slice(std::uint8_t code) {
  return code >= kFirstSlice && code <= kLastSlice;
}

bool is_picture_coding_extension(Bytes head) {
  return head[0] == kExtension && head.size() >= 4 && head[1] >> 4 == kPictureCodingExtension;
}

unsigned structure_of(Bytes extension) {
  const unsigned structure = extension[3] & 3U;
  return structure == 0 ? 3 : structure;
}

}  // namespace

UnitPlace Mpeg2PictureParser::place(Bytes head) const {
  if (!current_.has_slices) return UnitPlace::kSame;
  const std::uint8_t code = head[0];
  if (code == kSequenceHeader || code == kGroup) return UnitPlace::kNext;
  if (code == kPicture) {
    const bool may_be_second = current_.structure != kFrame && !current_.has_second_field;
    return may_be_second && !following_ ? UnitPlace::kUndecided : UnitPlace::kNext;
  }
  if (!following_) return UnitPlace::kSame;
  if (is_picture_coding_extension(head)) {
    const bool is_second = structure_of(head) + current_.structure == kFrame &&
                           following_->temporal_reference == current_.temporal_reference;
    return is_second ? UnitPlace::kJoins : UnitPlace::kNext;
  }
  return is_slice(code) ? UnitPlace::kNext : UnitPlace::kSame;
}

void Mpeg2PictureParser::begin_unit(Bytes head, UnitPlace place) {
  if (place == UnitPlace::kUndecided) following_ = State{};
  if (place == UnitPlace::kJoins && following_) {
    following_.reset();
    current_.has_second_field = true;
    return;
  }
  State& state = target();
  const std::uint8_t code = head[0];
  if (code == kPicture && head.size() >= 3) {
    state.temporal_reference = static_cast<std::uint32_t>(head[1] << 2 | head[2] >> 6);
    state.type = (head[2] >> 3) & 7U;
  } else if (is_picture_coding_extension(head)) {
    state.structure = structure_of(head);
  } else if (code == kSequenceHeader) {
    state.has_sequence = true;
  } else if (code == kGroup && head.size() >= 5) {
    state.has_group = true;
    state.is_closed = (head[4] & 0x40) != 0;
  } else if (is_slice(code)) {
    state.has_slices = true;
  }
}

void Mpeg2PictureParser::end_unit(Bytes unit) {
  if (unit[0] == kSequenceHeader) {
    header_.clear();
    extension_.clear();
    if (const auto header = mpeg2_sequence_header(unit)) {
      header_.assign(header->begin(), header->end());
    }
  } else if (unit[0] == kExtension && unit.size() > 1) {
    if (const auto extension = mpeg2_sequence_extension(unit)) {
      extension_.assign(extension->begin(), extension->end());
    }
  }
}

void Mpeg2PictureParser::finish_key(const State& state, Picture& picture) {
  const auto sequence = parse_mpeg2_sequence(header_, extension_);
  if (!sequence) return;
  picture.sap = state.is_closed ? media::Sap::kClosed : media::Sap::kOpen;
  if (described_ == sequence) return;
  described_ = sequence;
  picture.new_format = make_mpeg2_track(*sequence, header_, extension_);
}

Picture Mpeg2PictureParser::take_picture() {
  const State state = std::exchange(current_, following_ ? *following_ : State{});
  following_.reset();
  Picture picture;
  picture.has_slices = state.has_slices;
  picture.order = PictureOrder{state.temporal_reference, state.has_group};
  if (state.has_slices && state.type == kIntra && state.has_sequence) finish_key(state, picture);
  return picture;
}

void Mpeg2PictureParser::drop_picture() {
  current_ = {};
  following_.reset();
}

}  // namespace flu::codec
