#pragma once

#include <cstddef>
#include <vector>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "libcommon/media/track.h"

namespace flu::codec {

// avcC and hvcC (ISO 14496-15 5.3.3.1.2, 8.3.3.1.2), as Track::config holds them.

// Bytes of the length in front of each unit of a sample: 1, 2 or 4. kMalformed where the
// configuration is too short or says 3.
Result<std::size_t> nal_length_size(media::CodecId codec, Bytes config);

// The parameter sets (of HEVC also SEI) in their order; none in those of avc3 and hev1 tracks that
// carry them in the samples alone. Views into `config`.
Result<std::vector<Bytes>> config_units(media::CodecId codec, Bytes config);

}  // namespace flu::codec
