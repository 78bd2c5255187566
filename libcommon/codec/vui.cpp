// Tested by tests/unit/codec/hevc_parameter_sets_test.cpp
#include "libcommon/codec/vui.h"

#include "libcommon/codec/format_values.h"

namespace flu::codec {

Result<void> parse_vui_aspect_ratio(BitReader& bits, media::VideoFormat& video) {
  constexpr std::uint32_t kExtendedSar = 255;
  FLU_TRY_ASSIGN(const bool has_aspect, bits.flag());
  if (!has_aspect) return {};
  FLU_TRY_ASSIGN(const std::uint32_t idc, bits.bits(8));
  if (idc != kExtendedSar) {
    set_aspect_ratio(idc, video);
    return {};
  }
  FLU_TRY_ASSIGN(const std::uint32_t width, bits.bits(16));
  FLU_TRY_ASSIGN(const std::uint32_t height, bits.bits(16));
  if (width != 0 && height != 0) {
    video.sar_width = width;
    video.sar_height = height;
  }
  return {};
}

Result<void> skip_vui_colour(BitReader& bits) {
  FLU_TRY_ASSIGN(const bool has_overscan, bits.flag());
  if (has_overscan) FLU_TRY(bits.skip(1));
  FLU_TRY_ASSIGN(const bool has_signal_type, bits.flag());
  if (has_signal_type) {
    FLU_TRY(bits.skip(4));
    FLU_TRY_ASSIGN(const bool has_colour, bits.flag());
    if (has_colour) FLU_TRY(bits.skip(24));
  }
  FLU_TRY_ASSIGN(const bool has_chroma_location, bits.flag());
  if (has_chroma_location) {
    FLU_TRY(bits.ue());
    FLU_TRY(bits.ue());
  }
  return {};
}

Result<void> parse_vui_timing(BitReader& bits, std::uint32_t ticks_per_frame,
                              media::VideoFormat& video) {
  FLU_TRY_ASSIGN(const bool has_timing, bits.flag());
  if (!has_timing) return {};
  FLU_TRY_ASSIGN(const std::uint32_t units, bits.bits(32));
  FLU_TRY_ASSIGN(const std::uint32_t scale, bits.bits(32));
  set_frame_rate(scale, std::uint64_t{units} * ticks_per_frame, video);
  return {};
}

}  // namespace flu::codec
