#pragma once

#include <cstdint>
#include <optional>

#include "libcommon/base/bytes.h"
#include "libcommon/codec/h264_parameter_sets.h"

namespace flu::codec {

// nal_unit_type (ISO 14496-10 table 7-1).
enum class H264Unit : std::uint8_t {
  kSlice = 1,
  kPartitionA = 2,
  kIdr = 5,
  kSei = 6,
  kSps = 7,
  kPps = 8,
  kDelimiter = 9,
  kFiller = 12,
  kPrefix = 14,
};

inline H264Unit h264_unit(std::uint8_t header) {
  return static_cast<H264Unit>(header & 0x1F);
}

// The beginning of a slice header (7.3.3).
struct H264Slice {
  bool is_idr = false;
  bool is_reference = false;
  std::uint32_t first_mb = 0;
  std::uint32_t type = 0;  // slice_type mod 5: 0 P, 1 B, 2 I, 3 SP, 4 SI
  std::uint32_t pps_id = 0;
  std::uint32_t frame_num = 0;
  bool is_field = false;
  bool is_bottom = false;
  std::uint32_t idr_pic_id = 0;
  std::uint32_t order_count_lsb = 0;
  std::int32_t delta_order_bottom = 0;
  std::int32_t delta_order[2] = {0, 0};
  std::uint32_t redundant_count = 0;

  [[nodiscard]] bool is_intra() const { return type == 2 || type == 4; }
};

// From the first kUnitHead bytes of a slice or data partition A; nullopt where they are malformed
// or the parameter sets are not known.
std::optional<H264Slice> parse_h264_slice(Bytes head, const H264ParameterSets& sets);

// Does `slice` begin another primary coded picture than the one `previous` is of (7.4.1.2.4)?
bool begins_h264_picture(const H264Slice& previous, const H264Slice& slice, const H264Sps& sps);

// Is `second` the second field of the frame whose first field `first` began?
bool completes_h264_frame(const H264Slice& first, const H264Slice& second);

// Picture order counts of type 0 (8.2.1.1).
class H264OrderCount {
 public:
  std::int64_t next(const H264Slice& slice, const H264Sps& sps);

 private:
  std::int64_t previous_msb_ = 0;
  std::int64_t previous_lsb_ = 0;
};

// Does a SEI unit hold a recovery point message (D.1.8)?
bool has_h264_recovery_point(Bytes sei);

}  // namespace flu::codec
