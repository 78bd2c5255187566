#include "libcommon/codec/h264_slice.h"

#include <array>

#include "libcommon/base/bit_reader.h"
#include "libcommon/base/byte_reader.h"
#include "libcommon/codec/limits.h"
#include "libcommon/codec/rbsp.h"

namespace flu::codec {
namespace {

Result<void> parse_order(BitReader& bits, const H264Sps& sps, const H264Pps& pps,
                         H264Slice& slice) {
  const bool has_second = pps.has_bottom_field_order && !slice.is_field;
  if (sps.order_count_type == 0) {
    FLU_TRY_ASSIGN(slice.order_count_lsb, bits.bits(sps.log2_max_order_count));
    if (has_second) {
      FLU_TRY_ASSIGN(slice.delta_order_bottom, bits.se());
    }
  } else if (sps.order_count_type == 1 && !sps.is_delta_order_zero) {
    FLU_TRY_ASSIGN(slice.delta_order[0], bits.se());
    if (has_second) {
      FLU_TRY_ASSIGN(slice.delta_order[1], bits.se());
    }
  }
  return {};
}

Result<H264Slice> parse(BitReader& bits, std::uint8_t header, const H264ParameterSets& sets) {
  H264Slice slice;
  slice.is_idr = h264_unit(header) == H264Unit::kIdr;
  slice.is_reference = (header & 0x60) != 0;
  FLU_TRY_ASSIGN(slice.first_mb, bits.ue());
  FLU_TRY_ASSIGN(const std::uint32_t type, bits.ue());
  if (type > 9) return fail(ErrorCode::kMalformed, "slice_type above 9");
  slice.type = type % 5;
  FLU_TRY_ASSIGN(slice.pps_id, bits.ue());
  const H264Pps* const pps = sets.find_pps(slice.pps_id);
  const H264Sps* const sps = sets.find_sps_of_pps(slice.pps_id);
  if (pps == nullptr || sps == nullptr) {
    return fail(ErrorCode::kNotFound, "parameter sets of the slice");
  }
  if (sps->has_separate_planes) FLU_TRY(bits.skip(2));
  FLU_TRY_ASSIGN(slice.frame_num, bits.bits(sps->log2_max_frame_num));
  if (!sps->is_frame_mbs_only) {
    FLU_TRY_ASSIGN(slice.is_field, bits.flag());
    if (slice.is_field) {
      FLU_TRY_ASSIGN(slice.is_bottom, bits.flag());
    }
  }
  if (slice.is_idr) {
    FLU_TRY_ASSIGN(slice.idr_pic_id, bits.ue());
  }
  FLU_TRY(parse_order(bits, *sps, *pps, slice));
  if (pps->has_redundant_pictures) {
    FLU_TRY_ASSIGN(slice.redundant_count, bits.ue());
  }
  return slice;
}

}  // namespace

std::optional<H264Slice> parse_h264_slice(Bytes head, const H264ParameterSets& sets) {
  if (head.empty()) return std::nullopt;
  std::array<std::uint8_t, kUnitHead> rbsp{};
  const std::size_t size = unescape(head, rbsp);
  BitReader bits(Bytes(rbsp).first(size).subspan(1));
  const auto slice = parse(bits, head[0], sets);
  if (!slice) return std::nullopt;
  return *slice;
}

bool begins_h264_picture(const H264Slice& previous, const H264Slice& slice, const H264Sps& sps) {
  if (slice.redundant_count > 0) return false;
  if (slice.frame_num != previous.frame_num || slice.pps_id != previous.pps_id ||
      slice.is_field != previous.is_field || slice.is_bottom != previous.is_bottom ||
      slice.is_reference != previous.is_reference || slice.is_idr != previous.is_idr ||
      (slice.is_idr && slice.idr_pic_id != previous.idr_pic_id)) {
    return true;
  }
  if (slice.order_count_lsb != previous.order_count_lsb ||
      slice.delta_order_bottom != previous.delta_order_bottom ||
      slice.delta_order[0] != previous.delta_order[0] ||
      slice.delta_order[1] != previous.delta_order[1]) {
    return true;
  }
  // Cameras repeat idr_pic_id in all-IDR streams. Only the Baseline and Extended profiles know an
  // order of slices in which the first macroblock need not come first; the constrained one does
  // not.
  const bool has_free_order =
      (sps.profile == 66 && (sps.constraints & 0x40) == 0) || sps.profile == 88;
  return slice.first_mb == 0 && !has_free_order;
}

bool completes_h264_frame(const H264Slice& first, const H264Slice& second) {
  return first.is_field && second.is_field && first.is_bottom != second.is_bottom &&
         first.frame_num == second.frame_num && first.is_reference == second.is_reference &&
         (!second.is_idr || (first.is_idr && first.idr_pic_id == second.idr_pic_id));
}

std::int64_t H264OrderCount::next(const H264Slice& slice, const H264Sps& sps) {
  if (slice.is_idr) previous_msb_ = previous_lsb_ = 0;
  const std::int64_t max = std::int64_t{1} << sps.log2_max_order_count;
  const std::int64_t lsb = slice.order_count_lsb;
  std::int64_t msb = previous_msb_;
  if (lsb < previous_lsb_ && previous_lsb_ - lsb >= max / 2) {
    msb += max;
  } else if (lsb > previous_lsb_ && lsb - previous_lsb_ > max / 2) {
    msb -= max;
  }
  if (slice.is_reference) {
    previous_msb_ = msb;
    previous_lsb_ = lsb;
  }
  return msb + lsb;
}

bool has_h264_recovery_point(Bytes sei) {
  constexpr std::uint32_t kRecoveryPoint = 6;
  // Captions may follow; what concerns random access stands within the first kilobyte.
  std::array<std::uint8_t, 1024> rbsp{};
  const std::size_t size = unescape(sei, rbsp);
  ByteReader reader(Bytes(rbsp).first(size));
  if (!reader.skip(1)) return false;
  const auto number = [&reader]() -> std::optional<std::uint32_t> {
    std::uint32_t value = 0;
    while (true) {
      const auto byte = reader.u8();
      if (!byte) return std::nullopt;
      value += *byte;
      if (*byte != 0xFF) return value;
    }
  };
  while (reader.remaining() >= 2) {  // the stop bit's byte ends the unit
    const auto type = number();
    const auto length = number();
    if (!type || !length) return false;
    if (*type == kRecoveryPoint) return true;
    if (!reader.skip(*length)) return false;
  }
  return false;
}

}  // namespace flu::codec
