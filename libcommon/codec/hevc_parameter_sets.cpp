#include "libcommon/codec/hevc_parameter_sets.h"

#include "libcommon/base/bit_reader.h"
#include "libcommon/base/byte_writer.h"
#include "libcommon/codec/cropping.h"
#include "libcommon/codec/format_values.h"
#include "libcommon/codec/hevc_vui.h"
#include "libcommon/codec/limits.h"
#include "libcommon/codec/rbsp.h"

namespace flu::codec {
namespace {

constexpr std::uint32_t kMaxHevcSpsIds = 16;  // 7.4.3.2.1
constexpr std::uint32_t kMaxHevcPpsIds = 64;  // 7.4.3.3.1

// profile_tier_level(1, sub_layers - 1), 7.3.3.
Result<void> parse_profile_tier_level(BitReader& bits, HevcSps& sps) {
  for (std::uint8_t& byte : sps.profile_tier_level) {
    FLU_TRY_ASSIGN(const std::uint32_t value, bits.bits(8));
    byte = static_cast<std::uint8_t>(value);
  }
  const std::uint32_t below = sps.sub_layers - 1;
  std::array<std::uint32_t, 8> present{};
  for (std::uint32_t i = 0; i < below; ++i) {
    FLU_TRY_ASSIGN(present[i], bits.bits(2));
  }
  if (below > 0) FLU_TRY(bits.skip(std::size_t{2} * (8 - below)));
  for (std::uint32_t i = 0; i < below; ++i) {
    if ((present[i] & 2) != 0) FLU_TRY(bits.skip(88));
    if ((present[i] & 1) != 0) FLU_TRY(bits.skip(8));
  }
  // general_progressive_source_flag, general_interlaced_source_flag
  const unsigned source = sps.profile_tier_level[5] >> 6;
  sps.video.is_interlaced = source == 1;
  return {};
}

// The size after the conformance window (7.4.3.2.1: SubWidthC, SubHeightC).
Result<void> parse_size(BitReader& bits, HevcSps& sps) {
  FLU_TRY_ASSIGN(sps.chroma_format, bits.ue());
  if (sps.chroma_format > 3) return fail(ErrorCode::kMalformed, "chroma_format_idc above 3");
  if (sps.chroma_format == 3) {
    FLU_TRY_ASSIGN(sps.has_separate_planes, bits.flag());
  }
  FLU_TRY_ASSIGN(const std::uint32_t width, bits.ue());
  FLU_TRY_ASSIGN(const std::uint32_t height, bits.ue());
  if (width == 0 || height == 0 || width > kMaxDimension || height > kMaxDimension) {
    return fail(ErrorCode::kMalformed, "picture empty or larger than 16384 samples");
  }
  sps.video.width = width;
  sps.video.height = height;
  const std::uint32_t chroma = sps.chroma_format;
  return parse_cropping(
      bits, {.across = chroma == 1 || chroma == 2 ? 2U : 1U, .down = chroma == 1 ? 2U : 1U},
      sps.video);
}

Result<void> parse_ordering(BitReader& bits, HevcSps& sps) {
  FLU_TRY_ASSIGN(const bool has_all_layers, bits.flag());
  for (std::uint32_t i = has_all_layers ? 0 : sps.sub_layers - 1; i < sps.sub_layers; ++i) {
    FLU_TRY(bits.ue());  // sps_max_dec_pic_buffering_minus1
    FLU_TRY_ASSIGN(sps.max_reordered, bits.ue());
    FLU_TRY(bits.ue());  // sps_max_latency_increase_plus1
  }
  return {};
}

// Everything between the coding block sizes and the VUI.
Result<void> skip_coding_tools(BitReader& bits, const HevcSps& sps) {
  for (int i = 0; i < 6; ++i) FLU_TRY(bits.ue());  // block and transform sizes and depths
  FLU_TRY_ASSIGN(const bool has_scaling, bits.flag());
  if (has_scaling) {
    FLU_TRY_ASSIGN(const bool has_lists, bits.flag());
    if (has_lists) FLU_TRY(skip_hevc_scaling_lists(bits));
  }
  FLU_TRY(bits.skip(2));  // amp_enabled_flag, sample_adaptive_offset_enabled_flag
  FLU_TRY_ASSIGN(const bool has_pcm, bits.flag());
  if (has_pcm) {
    FLU_TRY(bits.skip(8));
    FLU_TRY(bits.ue());
    FLU_TRY(bits.ue());
    FLU_TRY(bits.skip(1));
  }
  FLU_TRY(skip_hevc_reference_sets(bits));
  FLU_TRY_ASSIGN(const bool has_long_term, bits.flag());
  if (has_long_term) {
    FLU_TRY_ASSIGN(const std::uint32_t count, bits.ue());
    if (count > 32) return fail(ErrorCode::kMalformed, "more than 32 long-term pictures");
    FLU_TRY(bits.skip(std::size_t{count} * (sps.log2_max_order_count + 1)));
  }
  return bits.skip(2);  // sps_temporal_mvp_enabled_flag, strong_intra_smoothing_enabled_flag
}

Result<void> parse_timing(BitReader& bits, HevcSps& sps) {
  FLU_TRY(skip_coding_tools(bits, sps));
  FLU_TRY_ASSIGN(const bool has_vui, bits.flag());
  if (has_vui) FLU_TRY(parse_hevc_vui(bits, sps.video));
  return {};
}

void write_array(ByteWriter& out, std::uint8_t type, const std::vector<Bytes>& units) {
  // array_completeness is 1, the mandatory value under the sample entry hvc1 (ISO
  // 14496-15 8.3.3.1): what samples hold are repetitions.
  out.u8(static_cast<std::uint8_t>(0x80U | type));
  out.u16(static_cast<std::uint16_t>(units.size()));
  for (const Bytes unit : units) {
    out.u16(static_cast<std::uint16_t>(unit.size()));
    out.bytes(unit);
  }
}

}  // namespace

Result<HevcSps> parse_hevc_sps(Bytes nal) {
  if (nal.size() < 4 || nal.size() > kMaxParameterSet) {
    return fail(ErrorCode::kMalformed, "sequence parameter set of impossible size");
  }
  const Buffer rbsp = unescape(nal);
  BitReader bits(rbsp);
  HevcSps sps;
  FLU_TRY(bits.skip(16));
  FLU_TRY_ASSIGN(sps.vps_id, bits.bits(4));
  FLU_TRY_ASSIGN(const std::uint32_t sub_layers_minus1, bits.bits(3));
  if (sub_layers_minus1 > 6) return fail(ErrorCode::kMalformed, "more than 7 sub-layers");
  sps.sub_layers = sub_layers_minus1 + 1;
  FLU_TRY_ASSIGN(sps.is_temporal_id_nested, bits.flag());
  FLU_TRY(parse_profile_tier_level(bits, sps));
  FLU_TRY_ASSIGN(sps.id, bits.ue());
  if (sps.id >= kMaxHevcSpsIds) return fail(ErrorCode::kMalformed, "SPS id above 15");
  FLU_TRY(parse_size(bits, sps));
  FLU_TRY_ASSIGN(const std::uint32_t luma, bits.ue());
  FLU_TRY_ASSIGN(const std::uint32_t chroma, bits.ue());
  if (luma > 8 || chroma > 8) return fail(ErrorCode::kMalformed, "bit depth above 16");
  sps.bit_depth_luma = 8 + luma;
  sps.bit_depth_chroma = 8 + chroma;
  FLU_TRY_ASSIGN(const std::uint32_t log2_order_minus4, bits.ue());
  if (log2_order_minus4 > 12) return fail(ErrorCode::kMalformed, "order count above 16 bits");
  sps.log2_max_order_count = 4 + log2_order_minus4;
  FLU_TRY(parse_ordering(bits, sps));
  // The rest holds only the frame rate and the aspect ratio: a stream plays without.
  static_cast<void>(parse_timing(bits, sps));
  return sps;
}

Result<HevcPps> parse_hevc_pps(Bytes nal) {
  if (nal.size() < 4 || nal.size() > kMaxParameterSet) {
    return fail(ErrorCode::kMalformed, "picture parameter set of impossible size");
  }
  std::array<std::uint8_t, 16> rbsp{};
  const std::size_t size = unescape(nal, rbsp);
  BitReader bits(Bytes(rbsp).first(size));
  HevcPps pps;
  FLU_TRY(bits.skip(16));
  FLU_TRY_ASSIGN(pps.id, bits.ue());
  FLU_TRY_ASSIGN(pps.sps_id, bits.ue());
  if (pps.id >= kMaxHevcPpsIds || pps.sps_id >= kMaxHevcSpsIds) {
    return fail(ErrorCode::kMalformed, "parameter set id out of range");
  }
  FLU_TRY(bits.skip(1));  // dependent_slice_segments_enabled_flag
  FLU_TRY_ASSIGN(pps.has_output_flag, bits.flag());
  FLU_TRY_ASSIGN(pps.extra_slice_bits, bits.bits(3));
  return pps;
}

media::Track make_hevc_track(const HevcParameterSets& sets, std::uint32_t sps_id) {
  const HevcParameterSets::Sps& sps = sets.sps.at(sps_id);
  media::Track track;
  track.kind = media::TrackKind::kVideo;
  track.codec = media::CodecId::kHevc;
  track.video = sps.value.video;
  track.nominal_duration = frame_duration(track.video);

  std::vector<Bytes> vps_units;
  if (const auto vps = sets.vps.find(sps.value.vps_id); vps != sets.vps.end()) {
    vps_units.emplace_back(vps->second);
  }
  std::vector<Bytes> pps_units;
  for (const auto& [id, pps] : sets.pps) {
    if (pps.value.sps_id == sps_id) pps_units.emplace_back(pps.nal);
  }

  ByteWriter out(track.config);
  out.u8(1);  // configurationVersion
  out.bytes(sps.value.profile_tier_level);
  out.u16(0xF000);  // min_spatial_segmentation_idc 0
  out.u8(0xFC);     // parallelismType 0: mixed or unknown
  out.u8(static_cast<std::uint8_t>(0xFC | sps.value.chroma_format));
  out.u8(static_cast<std::uint8_t>(0xF8 | (sps.value.bit_depth_luma - 8)));
  out.u8(static_cast<std::uint8_t>(0xF8 | (sps.value.bit_depth_chroma - 8)));
  out.u16(0);  // avgFrameRate unspecified
  out.u8(static_cast<std::uint8_t>(sps.value.sub_layers << 3 |
                                   (sps.value.is_temporal_id_nested ? 4 : 0) | 3));
  out.u8(vps_units.empty() ? 2 : 3);
  if (!vps_units.empty()) write_array(out, 32, vps_units);
  write_array(out, 33, {Bytes(sps.nal)});
  write_array(out, 34, pps_units);
  return track;
}

}  // namespace flu::codec
