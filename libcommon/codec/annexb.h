#pragma once

#include "libcommon/base/bytes.h"
#include "libcommon/base/pieces.h"
#include "libcommon/base/result.h"
#include "libcommon/media/sample.h"
#include "libcommon/media/track.h"

namespace flu::codec {

// Appends a stored H.264 or HEVC sample (4-byte lengths) as an Annex B byte stream: an access unit
// delimiter first, the track's parameter sets in front of a key frame that does not carry its own.
// `out` points into the sample.
Result<void> append_annexb(const media::Track& track, Bytes sample, bool is_key, Pieces& out);

// The 7-byte ADTS header of a raw AAC frame of `frame_bytes` (ISO 13818-7 6.2). Fails where the
// AudioSpecificConfig cannot be said in ADTS.
Result<void> append_adts_header(const media::Track& track, std::size_t frame_bytes, Buffer& out);

}  // namespace flu::codec
