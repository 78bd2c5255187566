#pragma once

#include <cstdint>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "libcommon/codec/parameter_sets.h"
#include "libcommon/media/track.h"

namespace flu::codec {

// The fields of a sequence parameter set (ISO 14496-10 7.3.2.1.1) that framing and description of
// the stream need.
struct H264Sps {
  std::uint8_t profile = 0;
  std::uint8_t constraints = 0;
  std::uint8_t level = 0;
  std::uint32_t id = 0;
  std::uint32_t chroma_format = 1;
  bool has_separate_planes = false;
  std::uint32_t bit_depth_luma = 8;
  std::uint32_t bit_depth_chroma = 8;
  std::uint32_t log2_max_frame_num = 4;
  std::uint32_t order_count_type = 0;
  std::uint32_t log2_max_order_count = 4;
  bool is_delta_order_zero = false;
  bool is_frame_mbs_only = true;
  media::VideoFormat video;
};

struct H264Pps {
  std::uint32_t id = 0;
  std::uint32_t sps_id = 0;
  bool has_bottom_field_order = false;
  bool has_redundant_pictures = false;
};

// `nal` is the unit with its header byte, as in the stream.
Result<H264Sps> parse_h264_sps(Bytes nal);
Result<H264Pps> parse_h264_pps(Bytes nal);

// At most kMaxSpsIds and kMaxPpsIds of them.
using H264ParameterSets = ParameterSets<H264Sps, H264Pps>;

// The track of an SPS and all the PPS that refer to it, with its avcC (ISO 14496-15 5.3.3.1.2).
media::Track make_h264_track(const H264ParameterSets& sets, std::uint32_t sps_id);

}  // namespace flu::codec
