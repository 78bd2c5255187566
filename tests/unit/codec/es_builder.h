#pragma once

#include <bit>
#include <cstdint>
#include <optional>

#include "libcommon/base/bytes.h"
#include "libcommon/codec/bit_writer.h"
#include "tests/unit/codec/bytes_of.h"

namespace flu::codec {

// Elementary streams as encoders make them, from fields; payloads are made up.

// Fields, Exp-Golomb codes, and at last a unit with emulation prevention.
class UnitBuilder {
 public:
  explicit UnitBuilder(const Buffer& header) : header_(header) {}
  UnitBuilder& u(std::uint32_t value, unsigned count) {
    bits_.bits(value, count);
    return *this;
  }
  UnitBuilder& ue(std::uint32_t value) {
    const auto width = static_cast<unsigned>(std::bit_width(value + 1));
    return u(0, width - 1).u(value + 1, width);
  }
  UnitBuilder& se(std::int32_t value) {
    return ue(value > 0 ? static_cast<std::uint32_t>(2 * value - 1)
                        : static_cast<std::uint32_t>(-2 * value));
  }
  [[nodiscard]] Buffer nal() {
    bits_.bits(1, 1);  // the stop bit
    Buffer out = header_;
    unsigned zeros = 0;
    for (const std::uint8_t byte : rbsp_) {
      if (zeros >= 2 && byte <= 3) {
        out.push_back(3);
        zeros = 0;
      }
      out.push_back(byte);
      zeros = byte == 0 ? zeros + 1 : 0;
    }
    return out;
  }

 private:
  Buffer header_;
  Buffer rbsp_;
  BitWriter bits_{rbsp_};
};

struct H264SpsFields {
  std::uint32_t id = 0;
  std::uint32_t profile = 77;
  std::uint32_t width_mbs = 20;
  std::uint32_t height_units = 15;
  bool is_frame_mbs_only = true;
  std::uint32_t crop_bottom = 0;
  std::uint32_t time_scale = 50;
  std::uint32_t order_count_type = 0;
};

inline Buffer h264_sps(const H264SpsFields& f = {}) {
  UnitBuilder b(hex("67"));
  b.u(f.profile, 8).u(0, 8).u(30, 8).ue(f.id);
  if (f.profile == 100) b.ue(1).ue(0).ue(0).u(0, 1).u(0, 1);
  b.ue(4).ue(f.order_count_type);  // frame_num has 8 bits
  if (f.order_count_type == 0) b.ue(4);
  b.ue(4).u(0, 1).ue(f.width_mbs - 1).ue(f.height_units - 1).u(f.is_frame_mbs_only ? 1 : 0, 1);
  if (!f.is_frame_mbs_only) b.u(0, 1);
  b.u(1, 1);
  b.u(f.crop_bottom > 0 ? 1 : 0, 1);
  if (f.crop_bottom > 0) b.ue(0).ue(0).ue(0).ue(f.crop_bottom);
  b.u(1, 1);                                // VUI:
  b.u(1, 1).u(255, 8).u(12, 16).u(11, 16);  // SAR 12:11
  b.u(0, 1).u(0, 1).u(0, 1);                // no more of it until
  b.u(f.time_scale > 0 ? 1 : 0, 1);         // the timing
  if (f.time_scale > 0) b.u(1, 32).u(f.time_scale, 32).u(1, 1);
  b.u(0, 1).u(0, 1).u(0, 1).u(0, 1);
  return b.nal();
}

inline Buffer h264_pps(std::uint32_t id = 0, std::uint32_t sps_id = 0, std::int32_t qp = 0) {
  UnitBuilder b(hex("68"));
  b.ue(id).ue(sps_id).u(0, 1).u(0, 1).ue(0).ue(0).ue(0).u(0, 3).se(qp).se(0).se(0).u(0, 3);
  return b.nal();
}

struct H264SliceFields {
  bool is_idr = false;
  bool is_reference = true;
  std::uint32_t first_mb = 0;
  std::uint32_t type = 5;  // 5 P, 6 B, 7 I
  std::uint32_t pps_id = 0;
  std::uint32_t frame_num = 0;
  std::optional<bool> is_bottom = std::nullopt;  // of a field
  bool may_be_field = false;                     // the SPS is not frame_mbs_only
  std::uint32_t idr_pic_id = 0;
  std::uint32_t order = 0;
  std::size_t size = 100;
};

inline Buffer h264_slice(const H264SliceFields& f) {
  const std::uint32_t header = (f.is_reference ? 0x60U : 0U) | (f.is_idr ? 5U : 1U);
  UnitBuilder b(Buffer{static_cast<std::uint8_t>(header)});
  b.ue(f.first_mb).ue(f.type).ue(f.pps_id).u(f.frame_num & 0xFF, 8);
  if (f.may_be_field || f.is_bottom) {
    b.u(f.is_bottom ? 1 : 0, 1);
    if (f.is_bottom) b.u(*f.is_bottom ? 1 : 0, 1);
  }
  if (f.is_idr) b.ue(f.idr_pic_id);
  b.u(f.order & 0xFF, 8);
  for (std::size_t i = 0; i < f.size; ++i) {
    // Zeros and ones in plenty, so that start codes must be prevented.
    b.u(i % 7 < 3 ? 0 : static_cast<std::uint32_t>(i * 37 % 5), 8);
  }
  return b.nal();
}

inline Buffer h264_recovery_sei() {
  return hex("06 06 01 c4 80");  // recovery_frame_cnt 0, exact
}
inline Buffer h264_delimiter() {
  return hex("09 f0");
}

// The parameter sets of a 320x240 stream of 25 frames/s, 8 bits of order count, with reordering.
inline Buffer hevc_vps() {
  return hex("40010c01ffff01600000030090000003000003003c959809");
}
inline Buffer hevc_sps() {
  return hex(
      "42010101600000030090000003000003003ca00a080f165959a4932bc05a020000030002000003003210");
}
inline Buffer hevc_pps() {
  return hex("4401c172b46240");
}

struct HevcSliceFields {
  std::uint32_t type = 1;
  bool is_first = true;
  std::uint32_t order = 0;
  std::size_t size = 100;
};

inline Buffer hevc_slice(const HevcSliceFields& f) {
  UnitBuilder b(Buffer{static_cast<std::uint8_t>(f.type << 1), 1});
  b.u(f.is_first ? 1 : 0, 1);
  if (f.type >= 16 && f.type <= 23) b.u(0, 1);
  b.ue(0);
  if (!f.is_first) b.u(7, 7);
  b.ue(f.type >= 16 ? 2 : 1);
  if (f.type != 19 && f.type != 20) b.u(f.order & 0xFF, 8);
  for (std::size_t i = 0; i < f.size; ++i) b.u(static_cast<std::uint32_t>(i * 37 % 5), 8);
  return b.nal();
}

// A unit behind a start code of three or four bytes.
inline Buffer coded(const Buffer& unit, bool is_long = true) {
  return joined({is_long ? hex("00000001") : hex("000001"), unit});
}

// A unit as samples hold it.
inline Buffer stored(const Buffer& unit) {
  Buffer out;
  for (unsigned shift = 32; shift > 0; shift -= 8) {
    out.push_back(static_cast<std::uint8_t>(unit.size() >> (shift - 8)));
  }
  append(out, unit);
  return out;
}

}  // namespace flu::codec
