#pragma once

#include <cstdint>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "libcommon/container/mp4/silence.h"
#include "libcommon/media/track.h"
#include "libcommon/segment/index_record.h"
#include "tools/serve/http/response.h"
#include "tools/serve/live/segment_cache.h"

namespace flu::serve {

// The init that players get for `tracks`, and what names it.
struct PlayerInit {
  Buffer bytes;
  std::uint64_t hash = 0;
};
PlayerInit make_fmp4_init(const media::Tracks& tracks);

// From where to where a finished segment lasts.
container::Stretch stretch_of(const segment::IndexRecord& record);

// The stored segment of `record` as fragmented MP4 with `tracks`: a part of `stored` where nothing
// has to be written anew, else bytes of its own.
Result<SentSegment> make_fmp4_segment(const Body& stored, const segment::IndexRecord& record,
                                      const media::Tracks& tracks);

}  // namespace flu::serve
