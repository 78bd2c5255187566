#pragma once

#include <string>

#include "libcommon/media/track.h"

namespace flu::codec {

// The codecs parameter of RFC 6381 from the real configuration: "avc1.64001f", "hvc1.1.6.L93.B0",
// "mp4a.40.2", "ac-3", "ec-3", "mp4a.69" ... Empty where there is none (DVB subtitles).
std::string codec_string(const media::Track& track);

}  // namespace flu::codec
