#pragma once

#include <nlohmann/json_fwd.hpp>

#include "libcommon/media/track.h"

namespace flu::ingest {

// What the stream is made of, in the form of the HTTP API's media_info: width, height and streams,
// where track_id is v1, a1, t1 ...
nlohmann::json media_info(const media::Tracks& tracks);

}  // namespace flu::ingest
