#pragma once

#include <cstdint>
#include <optional>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "libcommon/media/time.h"

namespace flu::container::mpegts {

// What a splice_info_section (SCTE 35 9.6) says about time; the rest is carried on unread.
struct SpliceInfo {
  std::uint8_t command = 0;
  bool is_encrypted = false;                    // then nothing below is known
  std::optional<std::uint64_t> pts;             // 33 bits, pts_adjustment added; none: at once
  std::optional<std::uint64_t> break_duration;  // 90 kHz
  std::optional<std::uint32_t> event_id;        // of a splice_insert
  // Does a break begin (true) or end here? By out_of_network_indicator, or by the type of a
  // time_signal's segmentation descriptor (10.3.3.1): break, advertisement, placement opportunity.
  std::optional<bool> is_out;
  std::optional<std::uint64_t> segmentation_duration;  // 90 kHz, of that descriptor
};

// kMalformed where length, CRC or the command's fields do not hold.
Result<SpliceInfo> parse_splice_info(Bytes section);

// The same section for a stream in which its splice has this presentation time: pts_adjustment is
// what makes pts_time that (SCTE 35 9.6.1). A section without a pts_time stays as it is. Fails
// where the section is malformed, or encrypted, so that its pts_time is not known.
Result<Buffer> retime_splice_info(Bytes section, media::Timestamp pts);

// A splice_null() section, which says nothing (SCTE 35 9.7.1).
Buffer make_splice_null();

}  // namespace flu::container::mpegts
