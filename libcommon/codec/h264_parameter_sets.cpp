#include "libcommon/codec/h264_parameter_sets.h"

#include "libcommon/base/bit_reader.h"
#include "libcommon/base/byte_writer.h"
#include "libcommon/codec/cropping.h"
#include "libcommon/codec/format_values.h"
#include "libcommon/codec/limits.h"
#include "libcommon/codec/rbsp.h"
#include "libcommon/codec/vui.h"

namespace flu::codec {
namespace {

bool has_chroma_fields(std::uint32_t profile) {
  switch (profile) {
    case 100:
    case 110:
    case 122:
    case 244:
    case 44:
    case 83:
    case 86:
    case 118:
    case 128:
    case 138:
    case 139:
    case 134:
    case 135: return true;
    default: return false;
  }
}

Result<void> skip_scaling_list(BitReader& bits, unsigned size) {
  std::int32_t last = 8;
  std::int32_t next = 8;
  for (unsigned i = 0; i < size && next != 0; ++i) {
    FLU_TRY_ASSIGN(const std::int32_t delta, bits.se());
    next = static_cast<std::int32_t>((std::int64_t{last} + delta) & 0xFF);
    if (next != 0) last = next;
  }
  return {};
}

Result<void> parse_chroma(BitReader& bits, H264Sps& sps) {
  FLU_TRY_ASSIGN(sps.chroma_format, bits.ue());
  if (sps.chroma_format > 3) return fail(ErrorCode::kMalformed, "chroma_format_idc above 3");
  if (sps.chroma_format == 3) {
    FLU_TRY_ASSIGN(sps.has_separate_planes, bits.flag());
  }
  FLU_TRY_ASSIGN(const std::uint32_t luma, bits.ue());
  FLU_TRY_ASSIGN(const std::uint32_t chroma, bits.ue());
  if (luma > 6 || chroma > 6) return fail(ErrorCode::kMalformed, "bit depth above 14");
  sps.bit_depth_luma = 8 + luma;
  sps.bit_depth_chroma = 8 + chroma;
  FLU_TRY(bits.skip(1));  // qpprime_y_zero_transform_bypass_flag
  FLU_TRY_ASSIGN(const bool has_matrix, bits.flag());
  const unsigned lists = sps.chroma_format == 3 ? 12 : 8;
  for (unsigned i = 0; has_matrix && i < lists; ++i) {
    FLU_TRY_ASSIGN(const bool is_present, bits.flag());
    if (is_present) FLU_TRY(skip_scaling_list(bits, i < 6 ? 16 : 64));
  }
  return {};
}

Result<void> parse_order_count(BitReader& bits, H264Sps& sps) {
  FLU_TRY_ASSIGN(sps.order_count_type, bits.ue());
  if (sps.order_count_type > 2) return fail(ErrorCode::kMalformed, "pic_order_cnt_type above 2");
  if (sps.order_count_type == 0) {
    FLU_TRY_ASSIGN(const std::uint32_t log2, bits.ue());
    if (log2 > 12) return fail(ErrorCode::kMalformed, "log2_max_pic_order_cnt_lsb above 16");
    sps.log2_max_order_count = log2 + 4;
  } else if (sps.order_count_type == 1) {
    FLU_TRY_ASSIGN(sps.is_delta_order_zero, bits.flag());
    FLU_TRY(bits.se());
    FLU_TRY(bits.se());
    FLU_TRY_ASSIGN(const std::uint32_t count, bits.ue());
    if (count > 255) return fail(ErrorCode::kMalformed, "order count cycle above 255");
    for (std::uint32_t i = 0; i < count; ++i) FLU_TRY(bits.se());
  }
  return {};
}

// The picture's size after frame cropping (7.4.2.1.1: CropUnitX, CropUnitY).
Result<void> parse_size(BitReader& bits, H264Sps& sps) {
  FLU_TRY_ASSIGN(const std::uint32_t width_mbs, bits.ue());
  FLU_TRY_ASSIGN(const std::uint32_t height_units, bits.ue());
  FLU_TRY_ASSIGN(sps.is_frame_mbs_only, bits.flag());
  if (!sps.is_frame_mbs_only) FLU_TRY(bits.skip(1));  // mb_adaptive_frame_field_flag
  FLU_TRY(bits.skip(1));                              // direct_8x8_inference_flag
  if (width_mbs >= kMaxDimension / 16 || height_units >= kMaxDimension / 16) {
    return fail(ErrorCode::kMalformed, "picture larger than 16384 samples");
  }
  const std::uint32_t fields = sps.is_frame_mbs_only ? 1 : 2;
  sps.video.width = (width_mbs + 1) * 16;
  sps.video.height = (height_units + 1) * 16 * fields;
  sps.video.is_interlaced = !sps.is_frame_mbs_only;
  const std::uint32_t chroma = sps.chroma_format;  // 3 where planes are separate
  return parse_cropping(
      bits,
      {.across = chroma == 1 || chroma == 2 ? 2U : 1U, .down = fields * (chroma == 1 ? 2 : 1)},
      sps.video);
}

// E.1.1, as far as timing_info.
Result<void> parse_vui(BitReader& bits, media::VideoFormat& video) {
  FLU_TRY(parse_vui_aspect_ratio(bits, video));
  FLU_TRY(skip_vui_colour(bits));
  return parse_vui_timing(bits, 2, video);
}

// Flexible macroblock ordering (7.3.2.2), up to the fields behind it.
Result<void> skip_slice_groups(BitReader& bits) {
  FLU_TRY_ASSIGN(const std::uint32_t groups_minus1, bits.ue());
  if (groups_minus1 == 0) return {};
  if (groups_minus1 > 7) return fail(ErrorCode::kMalformed, "more than 8 slice groups");
  FLU_TRY_ASSIGN(const std::uint32_t type, bits.ue());
  if (type == 0) {
    for (std::uint32_t i = 0; i <= groups_minus1; ++i) FLU_TRY(bits.ue());
  } else if (type == 2) {
    for (std::uint32_t i = 0; i < 2 * groups_minus1; ++i) FLU_TRY(bits.ue());
  } else if (type >= 3 && type <= 5) {
    FLU_TRY(bits.skip(1));
    FLU_TRY(bits.ue());
  } else if (type == 6) {
    FLU_TRY_ASSIGN(const std::uint32_t units_minus1, bits.ue());
    const std::size_t width = groups_minus1 > 3 ? 3 : groups_minus1 > 1 ? 2 : 1;
    FLU_TRY(bits.skip((std::size_t{units_minus1} + 1) * width));
  } else if (type != 1) {
    return fail(ErrorCode::kMalformed, "slice_group_map_type above 6");
  }
  return {};
}

}  // namespace

Result<H264Sps> parse_h264_sps(Bytes nal) {
  if (nal.size() < 4 || nal.size() > kMaxParameterSet) {
    return fail(ErrorCode::kMalformed, "sequence parameter set of impossible size");
  }
  const Buffer rbsp = unescape(nal);
  BitReader bits(rbsp);
  H264Sps sps;
  FLU_TRY(bits.skip(8));
  FLU_TRY_ASSIGN(const std::uint32_t profile, bits.bits(8));
  FLU_TRY_ASSIGN(const std::uint32_t constraints, bits.bits(8));
  FLU_TRY_ASSIGN(const std::uint32_t level, bits.bits(8));
  sps.profile = static_cast<std::uint8_t>(profile);
  sps.constraints = static_cast<std::uint8_t>(constraints);
  sps.level = static_cast<std::uint8_t>(level);
  FLU_TRY_ASSIGN(sps.id, bits.ue());
  if (sps.id >= kMaxSpsIds) return fail(ErrorCode::kMalformed, "seq_parameter_set_id above 31");
  if (has_chroma_fields(profile)) FLU_TRY(parse_chroma(bits, sps));
  FLU_TRY_ASSIGN(const std::uint32_t log2_frame_num, bits.ue());
  if (log2_frame_num > 12) return fail(ErrorCode::kMalformed, "log2_max_frame_num above 16");
  sps.log2_max_frame_num = log2_frame_num + 4;
  FLU_TRY(parse_order_count(bits, sps));
  FLU_TRY(bits.ue());     // max_num_ref_frames
  FLU_TRY(bits.skip(1));  // gaps_in_frame_num_value_allowed_flag
  FLU_TRY(parse_size(bits, sps));
  const auto has_vui = bits.flag();
  // Some encoders cut the VUI short; the rest of the set is good without it.
  if (has_vui && *has_vui) static_cast<void>(parse_vui(bits, sps.video));
  return sps;
}

Result<H264Pps> parse_h264_pps(Bytes nal) {
  if (nal.size() < 2 || nal.size() > kMaxParameterSet) {
    return fail(ErrorCode::kMalformed, "picture parameter set of impossible size");
  }
  const Buffer rbsp = unescape(nal);
  BitReader bits(rbsp);
  H264Pps pps;
  FLU_TRY(bits.skip(8));
  FLU_TRY_ASSIGN(pps.id, bits.ue());
  FLU_TRY_ASSIGN(pps.sps_id, bits.ue());
  if (pps.id >= kMaxPpsIds || pps.sps_id >= kMaxSpsIds) {
    return fail(ErrorCode::kMalformed, "parameter set id out of range");
  }
  FLU_TRY(bits.skip(1));  // entropy_coding_mode_flag
  FLU_TRY_ASSIGN(pps.has_bottom_field_order, bits.flag());
  FLU_TRY(skip_slice_groups(bits));
  FLU_TRY(bits.ue());     // num_ref_idx_l0_default_active_minus1
  FLU_TRY(bits.ue());     // num_ref_idx_l1_default_active_minus1
  FLU_TRY(bits.skip(3));  // weighted_pred_flag, weighted_bipred_idc
  FLU_TRY(bits.se());     // pic_init_qp_minus26
  FLU_TRY(bits.se());     // pic_init_qs_minus26
  FLU_TRY(bits.se());     // chroma_qp_index_offset
  FLU_TRY(bits.skip(2));  // deblocking_filter_control, constrained_intra_pred
  FLU_TRY_ASSIGN(pps.has_redundant_pictures, bits.flag());
  return pps;
}

media::Track make_h264_track(const H264ParameterSets& sets, std::uint32_t sps_id) {
  const H264ParameterSets::Sps& sps = sets.sps.at(sps_id);
  media::Track track;
  track.kind = media::TrackKind::kVideo;
  track.codec = media::CodecId::kH264;
  track.video = sps.value.video;
  track.nominal_duration = frame_duration(track.video);

  ByteWriter out(track.config);
  out.u8(1);  // configurationVersion
  out.u8(sps.value.profile);
  out.u8(sps.value.constraints);
  out.u8(sps.value.level);
  out.u8(0xFF);  // lengthSizeMinusOne 3
  out.u8(0xE1);  // one SPS
  out.u16(static_cast<std::uint16_t>(sps.nal.size()));
  out.bytes(sps.nal);
  const std::size_t count_at = out.size();
  out.u8(0);
  std::uint8_t count = 0;
  for (const auto& [id, pps] : sets.pps) {
    if (pps.value.sps_id != sps_id || count == 255) continue;
    out.u16(static_cast<std::uint16_t>(pps.nal.size()));
    out.bytes(pps.nal);
    ++count;
  }
  out.patch_u8(count_at, count);
  if (has_chroma_fields(sps.value.profile)) {
    out.u8(static_cast<std::uint8_t>(0xFC | sps.value.chroma_format));
    out.u8(static_cast<std::uint8_t>(0xF8 | (sps.value.bit_depth_luma - 8)));
    out.u8(static_cast<std::uint8_t>(0xF8 | (sps.value.bit_depth_chroma - 8)));
    out.u8(0);  // numOfSequenceParameterSetExt
  }
  return track;
}

}  // namespace flu::codec
