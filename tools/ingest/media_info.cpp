#include "tools/ingest/media_info.h"

#include <nlohmann/json.hpp>

#include "libcommon/codec/media_info.h"

namespace flu::ingest {

nlohmann::json media_info(const media::Tracks& tracks) {
  return codec::media_info(tracks);
}

}  // namespace flu::ingest
