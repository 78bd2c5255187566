// Tested by tests/unit/codec/hevc_parameter_sets_test.cpp
#include "libcommon/codec/hevc_vui.h"

#include <algorithm>
#include <array>

#include "libcommon/codec/vui.h"

namespace flu::codec {
namespace {

constexpr std::uint32_t kMaxReferenceSets = 64;      // 7.4.3.2.1
constexpr std::uint32_t kMaxReferencePictures = 16;  // sps_max_dec_pic_buffering

// st_ref_pic_set(index) (7.3.7); `counts` holds NumDeltaPocs of those before it.
Result<void> skip_reference_set(BitReader& bits, std::uint32_t index,
                                std::array<std::uint32_t, kMaxReferenceSets>& counts) {
  if (index > 0) {
    FLU_TRY_ASSIGN(const bool is_predicted, bits.flag());
    if (is_predicted) {
      FLU_TRY(bits.skip(1));  // delta_rps_sign
      FLU_TRY(bits.ue());     // abs_delta_rps_minus1
      std::uint32_t count = 0;
      for (std::uint32_t i = 0; i <= counts[index - 1]; ++i) {
        FLU_TRY_ASSIGN(const bool is_used, bits.flag());
        bool uses_delta = true;
        if (!is_used) {
          FLU_TRY_ASSIGN(uses_delta, bits.flag());
        }
        if (is_used || uses_delta) ++count;
      }
      if (count > kMaxReferencePictures) {
        return fail(ErrorCode::kMalformed, "more than 16 reference pictures");
      }
      counts[index] = count;
      return {};
    }
  }
  FLU_TRY_ASSIGN(const std::uint32_t negative, bits.ue());
  FLU_TRY_ASSIGN(const std::uint32_t positive, bits.ue());
  if (negative > kMaxReferencePictures || positive > kMaxReferencePictures) {
    return fail(ErrorCode::kMalformed, "more than 16 reference pictures");
  }
  for (std::uint32_t i = 0; i < negative + positive; ++i) {
    FLU_TRY(bits.ue());
    FLU_TRY(bits.skip(1));
  }
  counts[index] = negative + positive;
  return {};
}

Result<void> skip_coefficients(BitReader& bits, unsigned size_id) {
  const unsigned count = std::min(64U, 1U << (4 + (size_id << 1)));
  if (size_id > 1) FLU_TRY(bits.se());
  for (unsigned i = 0; i < count; ++i) FLU_TRY(bits.se());
  return {};
}

}  // namespace

Result<void> skip_hevc_scaling_lists(BitReader& bits) {
  // scaling_list_data(), 7.3.4: of the 32x32 lists only those of luma.
  for (unsigned size_id = 0; size_id < 4; ++size_id) {
    for (unsigned matrix = 0; matrix < 6; matrix += size_id == 3 ? 3 : 1) {
      FLU_TRY_ASSIGN(const bool is_explicit, bits.flag());
      if (is_explicit) {
        FLU_TRY(skip_coefficients(bits, size_id));
      } else {
        FLU_TRY(bits.ue());
      }
    }
  }
  return {};
}

Result<void> skip_hevc_reference_sets(BitReader& bits) {
  FLU_TRY_ASSIGN(const std::uint32_t count, bits.ue());
  if (count > kMaxReferenceSets) {
    return fail(ErrorCode::kMalformed, "more than 64 reference picture sets");
  }
  std::array<std::uint32_t, kMaxReferenceSets> counts{};
  for (std::uint32_t i = 0; i < count; ++i) FLU_TRY(skip_reference_set(bits, i, counts));
  return {};
}

Result<void> parse_hevc_vui(BitReader& bits, media::VideoFormat& video) {
  FLU_TRY(parse_vui_aspect_ratio(bits, video));
  FLU_TRY(skip_vui_colour(bits));
  FLU_TRY(bits.skip(1));  // neutral_chroma_indication_flag
  FLU_TRY_ASSIGN(const bool is_field_sequence, bits.flag());
  if (is_field_sequence) video.is_interlaced = true;
  FLU_TRY(bits.skip(1));  // frame_field_info_present_flag
  FLU_TRY_ASSIGN(const bool has_window, bits.flag());
  for (int i = 0; has_window && i < 4; ++i) FLU_TRY(bits.ue());
  return parse_vui_timing(bits, 1, video);
}

}  // namespace flu::codec
