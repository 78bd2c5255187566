#pragma once

#include <cstdint>
#include <optional>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"

namespace flu::container::mpegts {

// What a splice_info_section (SCTE 35 9.6) says about time; the rest is carried on unread.
struct SpliceInfo {
  std::uint8_t command = 0;
  bool is_encrypted = false;                    // then nothing below is known
  std::optional<std::uint64_t> pts;             // 33 bits, pts_adjustment added; none: at once
  std::optional<std::uint64_t> break_duration;  // 90 kHz
  std::optional<std::uint32_t> event_id;        // of a splice_insert
};

// kMalformed where length, CRC or the command's fields do not hold.
Result<SpliceInfo> parse_splice_info(Bytes section);

}  // namespace flu::container::mpegts
