#pragma once

#include <array>
#include <cstdint>
#include <map>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "libcommon/codec/parameter_sets.h"
#include "libcommon/media/track.h"

namespace flu::codec {

// The fields of a sequence parameter set (ISO 23008-2 7.3.2.2.1) that framing and description of
// the stream need.
struct HevcSps {
  std::uint32_t id = 0;
  std::uint32_t vps_id = 0;
  std::uint32_t sub_layers = 1;
  bool is_temporal_id_nested = false;
  // general_profile_space ... general_constraint bits, general_level_idc, as they stand in hvcC.
  std::array<std::uint8_t, 12> profile_tier_level{};
  std::uint32_t chroma_format = 1;
  bool has_separate_planes = false;
  std::uint32_t bit_depth_luma = 8;
  std::uint32_t bit_depth_chroma = 8;
  std::uint32_t log2_max_order_count = 4;
  std::uint32_t max_reordered = 16;  // pictures; of the highest sub-layer
  media::VideoFormat video;
};

struct HevcPps {
  std::uint32_t id = 0;
  std::uint32_t sps_id = 0;
  bool has_output_flag = false;
  std::uint32_t extra_slice_bits = 0;
};

Result<HevcSps> parse_hevc_sps(Bytes nal);
Result<HevcPps> parse_hevc_pps(Bytes nal);

// Those of the base layer: at most kMaxVpsIds, 16 and 64.
struct HevcParameterSets : ParameterSets<HevcSps, HevcPps> {
  std::map<std::uint32_t, Buffer> vps;
};

// The track of an SPS, its VPS and all the PPS that refer to it, with its hvcC (ISO 14496-15
// 8.3.3.1.2).
media::Track make_hevc_track(const HevcParameterSets& sets, std::uint32_t sps_id);

}  // namespace flu::codec
