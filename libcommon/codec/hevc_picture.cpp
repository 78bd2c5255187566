#include "libcommon/codec/hevc_picture.h"

#include <array>
#include <utility>

#include "libcommon/base/bit_reader.h"
#include "libcommon/codec/limits.h"
#include "libcommon/codec/rbsp.h"

namespace flu::codec {
namespace {

// nal_unit_type (ISO 23008-2 table 7-1).
constexpr unsigned kRadlN = 6;
constexpr unsigned kRaslR = 9;
constexpr unsigned kLastSubLayerReference = 15;  // 0, 2, 4 ... 14 are no references
constexpr unsigned kFirstIrap = 16;
constexpr unsigned kIdrWithRadl = 19;
constexpr unsigned kIdrAlone = 20;
constexpr unsigned kCra = 21;
constexpr unsigned kLastIrap = 23;
constexpr unsigned kLastSlice = 31;
constexpr unsigned kVps = 32;
constexpr unsigned kSps = 33;
constexpr unsigned kPps = 34;
constexpr unsigned kDelimiter = 35;
constexpr unsigned kFiller = 38;
constexpr unsigned kPrefixSei = 39;

unsigned type_of(Bytes nal) {
  return (nal[0] >> 1) & 0x3FU;
}

// Units of other layers (a second view, an enhancement) belong to the base layer's access unit.
bool is_base_layer(Bytes nal) {
  return nal.size() >= 2 && (nal[0] & 1) == 0 && (nal[1] >> 3) == 0;
}

bool is_irap(unsigned type) {
  return type >= kFirstIrap && type <= kLastIrap;
}

bool is_idr(unsigned type) {
  return type == kIdrWithRadl || type == kIdrAlone;
}

}  // namespace

bool HevcPictureParser::keeps(Bytes head) const {
  const unsigned type = type_of(head);
  return head.size() >= 2 && type != kDelimiter && type != kFiller;
}

UnitPlace HevcPictureParser::place(Bytes head) const {
  if (!current_.has_slices || !is_base_layer(head)) return UnitPlace::kSame;
  const unsigned type = type_of(head);
  if (type <= kLastSlice) {
    // first_slice_segment_in_pic_flag
    const bool is_first = head.size() > 2 && (head[2] & 0x80) != 0;
    return is_first ? UnitPlace::kNext : UnitPlace::kSame;
  }
  const bool is_start = (type >= kVps && type <= kDelimiter) || type == kPrefixSei ||
                        (type >= 41 && type <= 44) || (type >= 48 && type <= 55);
  return is_start ? UnitPlace::kNext : UnitPlace::kSame;
}

void HevcPictureParser::begin_unit(Bytes head, UnitPlace) {
  if (type_of(head) > kLastSlice || !is_base_layer(head)) return;
  if (!current_.has_slices) begin_picture(head);
  current_.has_slices = true;
}

void HevcPictureParser::begin_picture(Bytes head) {
  const unsigned type = type_of(head);
  current_.type = type;
  std::array<std::uint8_t, kUnitHead> rbsp{};
  const std::size_t size = unescape(head, rbsp);
  BitReader bits(Bytes(rbsp).first(size));
  // slice_segment_header(), 7.3.6.1, of a first slice segment.
  const auto parse = [&]() -> Result<void> {
    FLU_TRY(bits.skip(16));
    FLU_TRY_ASSIGN(const bool is_first, bits.flag());
    if (!is_first) return fail(ErrorCode::kMalformed, "the picture's first slice is missing");
    if (is_irap(type)) FLU_TRY(bits.skip(1));
    FLU_TRY_ASSIGN(const std::uint32_t pps_id, bits.ue());
    current_.pps_id = pps_id;
    const HevcPps* const pps = sets_.find_pps(pps_id);
    const HevcSps* const sps = sets_.find_sps_of_pps(pps_id);
    if (pps == nullptr || sps == nullptr) return {};
    FLU_TRY(bits.skip(pps->extra_slice_bits));
    FLU_TRY(bits.ue());  // slice_type
    if (pps->has_output_flag) FLU_TRY(bits.skip(1));
    if (sps->has_separate_planes) FLU_TRY(bits.skip(2));
    std::uint32_t lsb = 0;
    if (!is_idr(type)) {
      FLU_TRY_ASSIGN(lsb, bits.bits(sps->log2_max_order_count));
    }
    const unsigned temporal_id = (head[1] & 7U) - 1U;
    current_.order = PictureOrder{next_order(type, temporal_id, lsb, *sps), is_irap(type)};
    return {};
  };
  static_cast<void>(parse());  // without it the picture has no order and is no key
}

// 8.3.1. A CRA restarts the order here as well: what leads it comes from before.
std::int64_t HevcPictureParser::next_order(unsigned type, unsigned temporal_id, std::uint32_t lsb,
                                           const HevcSps& sps) {
  const std::int64_t max = std::int64_t{1} << sps.log2_max_order_count;
  const std::int64_t previous_lsb = previous_order_ & (max - 1);
  std::int64_t msb = previous_order_ - previous_lsb;
  if (is_irap(type) && type != kCra) {
    msb = 0;
  } else if (lsb < previous_lsb && previous_lsb - lsb >= max / 2) {
    msb += max;
  } else if (lsb > previous_lsb && lsb - previous_lsb > max / 2) {
    msb -= max;
  }
  const std::int64_t order = msb + lsb;
  const bool is_leading = type >= kRadlN && type <= kRaslR;
  const bool is_unreferenced = type < kLastSubLayerReference && type % 2 == 0;
  if (temporal_id == 0 && !is_leading && !is_unreferenced) previous_order_ = order;
  return order;
}

void HevcPictureParser::end_unit(Bytes unit) {
  if (!is_base_layer(unit)) return;
  switch (type_of(unit)) {
    case kVps: keep_vps(unit); break;
    case kSps:
      if (const auto sps = parse_hevc_sps(unit)) sets_.keep_sps(unit, *sps, current_.in_band);
      break;
    case kPps:
      if (const auto pps = parse_hevc_pps(unit)) sets_.keep_pps(unit, *pps, current_.in_band);
      break;
    default: break;
  }
}

void HevcPictureParser::keep_vps(Bytes nal) {
  if (nal.size() < 4 || nal.size() > kMaxParameterSet) return;
  const std::uint32_t id = nal[2] >> 4;
  current_.vps_ids.insert(id);
  sets_.vps[id].assign(nal.begin(), nal.end());
}

// The format and the parameter sets that a decoder needs to begin here.
void HevcPictureParser::finish_key(const State& state, Picture& picture) {
  const HevcSps* const active = sets_.find_sps_of_pps(*state.pps_id);
  if (active == nullptr) return;
  const Buffer& sps = sets_.sps.at(active->id).nal;
  const auto vps = sets_.vps.find(active->vps_id);
  if (vps != sets_.vps.end() && !state.vps_ids.contains(active->vps_id)) {
    append_with_length(picture.missing_sets, vps->second);
  }
  sets_.append_missing(active->id, state.in_band, picture.missing_sets);
  // Pictures that lead a CRA need what came before it; without reordering there are none.
  const bool is_open = !is_irap(state.type) || (state.type == kCra && active->max_reordered > 0);
  picture.sap = is_open ? media::Sap::kOpen : media::Sap::kClosed;
  const Buffer vps_bytes = vps == sets_.vps.end() ? Buffer{} : vps->second;
  if (sps != described_sps_ || vps_bytes != described_vps_) {
    described_sps_ = sps;
    described_vps_ = vps_bytes;
    picture.new_format = make_hevc_track(sets_, active->id);
    picture.positions_per_frame = 1;
  }
}

std::optional<media::Track> HevcPictureParser::first_format() const {
  if (sets_.sps.empty()) return std::nullopt;
  return make_hevc_track(sets_, sets_.sps.begin()->first);
}

Picture HevcPictureParser::take_picture() {
  const State state = std::exchange(current_, State{});
  Picture picture;
  picture.has_slices = state.has_slices;
  picture.order = state.order;
  if (state.has_slices && state.pps_id && (is_irap(state.type) || state.is_sync))
    finish_key(state, picture);
  return picture;
}

}  // namespace flu::codec
