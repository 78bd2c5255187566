#pragma once

#include <cstdint>
#include <string_view>

#include "libcommon/base/bytes.h"
#include "libcommon/base/pieces.h"
#include "libcommon/base/result.h"
#include "libcommon/container/mpegts/psi.h"
#include "libcommon/media/sample.h"
#include "libcommon/media/track.h"

namespace flu::container::mpegts {

// How a track is named in a PMT: the other way of describe_stream().
PmtStream stream_of_track(const media::Track& track, std::uint16_t pid);

// A registration_descriptor (ISO 13818-1 2.6.8) of four characters.
Buffer registration_descriptor(std::string_view id);

// stream_id of the PES packets (ISO 13818-1 table 2-22).
std::uint8_t stream_id_of(const media::Track& track);

// A PES header without its length, which set_pes_length() writes when the payload stands behind it.
// `start` is where it begins in `out`.
void append_pes_header(const media::Track& track, media::Timestamp dts, media::Ticks cts,
                       Buffer& out);
// `can_omit`: 0 as ISO 13818-1 2.4.3.7 allows for video, whatever its size; it also stands for
// video beyond 65535 bytes.
Result<void> set_pes_length(const media::Track& track, bool can_omit, Pieces& out);

// The bytes of a stored sample as they stand in the elementary stream; `out` points into it.
Result<void> append_es(const media::Track& track, Bytes sample, bool is_key, Pieces& out);

}  // namespace flu::container::mpegts
